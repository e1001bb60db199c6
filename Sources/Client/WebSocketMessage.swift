/// A whole message, however many frames it came in. Text is not checked for being UTF-8; who reads it as JSON does that.
package enum WebSocketMessage: Hashable, Sendable {
    case text([UInt8])
    case binary([UInt8])

    package var bytes: [UInt8] {
        switch self {
        case .text(let bytes), .binary(let bytes): bytes
        }
    }
}
