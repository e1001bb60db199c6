/// Why a key of the configuration cannot be used.
package enum KeyError: Error, Hashable, Sendable, CustomStringConvertible {
    case secretTooShort(byteCount: Int)

    package var description: String {
        switch self {
        case .secretTooShort(let byteCount): "secret of \(byteCount) bytes is shorter than \(HMACKey.minimumByteCount)"
        }
    }
}
