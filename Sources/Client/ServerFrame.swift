/// The header of a frame that a server sent. Source: RFC 6455 §5.2.
struct ServerFrame {
    let opcode: FrameOpcode
    let isFinal: Bool
    /// Bytes of the header: 2, 4 or 10.
    let headerCount: Int
    let payloadCount: Int

    /// Header and payload.
    @inline(__always)
    var count: Int { headerCount + payloadCount }

    /// Reads the header at `start`; nil when `bytes` ends, at `end`, before the header does.
    ///
    /// - Throws: `ClientError.malformed` for what a server may not send, `.tooLarge`.
    init?(_ bytes: [UInt8], at start: Int, end: Int, payloadLimit: Int) throws(ClientError) {
        guard end - start >= 2 else { return nil }
        let first = bytes[start]
        let second = bytes[start + 1]
        guard first & 0x70 == 0, let opcode = FrameOpcode(rawValue: first & 0x0f) else { throw .malformed("a frame with reserved bits") }
        guard second & 0x80 == 0 else { throw .malformed("a masked frame") }
        self.opcode = opcode
        isFinal = first & 0x80 != 0
        headerCount = second < 126 ? 2 : second == 126 ? 4 : 10
        guard end - start >= headerCount else { return nil }
        var length: UInt64 = 0
        if headerCount == 2 {
            length = UInt64(second)
        } else {
            for index in start + 2..<start + headerCount { length = length << 8 | UInt64(bytes[index]) }
        }
        guard !opcode.isControl || (isFinal && length < 126) else { throw .malformed("a long or fragmented control frame") }
        guard let payloadCount = Int(exactly: length), payloadCount <= payloadLimit else { throw .tooLarge(byteLimit: payloadLimit) }
        self.payloadCount = payloadCount
    }
}
