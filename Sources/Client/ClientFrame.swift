import System

/// Encodes whole frames as clients send them: masked. Source: RFC 6455 §5.2, §5.3.
package enum ClientFrame {
    /// Appends a frame with `payload` under a mask.
    ///
    /// - Parameter key: the mask; against a broker of one's own it need not be random, and with zero the payload stands in the frame as it is.
    package static func append(_ opcode: FrameOpcode, _ payload: [UInt8], key: UInt32, to bytes: inout [UInt8]) {
        let needed = bytes.count + payload.count + 14
        if needed > bytes.capacity { bytes.reserveCapacity(max(needed, bytes.capacity * 2)) }
        bytes.append(0x80 | opcode.rawValue)
        switch payload.count {
        case ..<126: bytes.append(0x80 | UInt8(truncatingIfNeeded: payload.count))
        case ...0xffff:
            bytes.append(0x80 | 126)
            append(payload.count, byteCount: 2, to: &bytes)
        default:
            bytes.append(0x80 | 127)
            append(payload.count, byteCount: 8, to: &bytes)
        }
        append(Int(key), byteCount: 4, to: &bytes)
        for (index, byte) in payload.enumerated() {
            bytes.append(byte ^ UInt8(truncatingIfNeeded: key >> UInt32(24 - 8 * (index & 3))))
        }
    }

    /// A key nobody can foresee, so that no script can choose the bytes on the wire (RFC 6455 §10.3).
    package static func randomKey() -> UInt32 { UInt32(truncatingIfNeeded: Randomness.uint64()) }

    private static func append(_ number: Int, byteCount: Int, to bytes: inout [UInt8]) {
        for index in (0..<byteCount).reversed() { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
    }
}
