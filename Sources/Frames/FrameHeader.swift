/// The header of a whole, unmasked server frame. Source: RFC 6455 §5.2.
enum FrameHeader {
    /// FIN, no extensions.
    private static let final: UInt8 = 0x80

    /// Bytes of the header in front of a payload: 2, 4 or 10.
    static func size(payload: Int) -> Int {
        payload < 126 ? 2 : payload <= 0xffff ? 4 : 10
    }

    /// Puts the header over the `room` bytes at `start`, moving the payload behind them when the header has another size.
    static func write(_ opcode: FrameBlockBuilder.Opcode, payload: Int, over room: Int, at start: Int, of buffer: inout [UInt8]) {
        let size = size(payload: payload)
        if size < room {
            buffer.removeSubrange(start..<start + room - size)
        } else if size > room {
            buffer.insert(contentsOf: repeatElement(0, count: size - room), at: start)
        }
        buffer[start] = final | opcode.rawValue
        buffer[start + 1] = size == 2 ? UInt8(truncatingIfNeeded: payload) : size == 4 ? 126 : 127
        var rest = payload
        for index in stride(from: start + size - 1, through: start + 2, by: -1) {
            buffer[index] = UInt8(truncatingIfNeeded: rest)
            rest >>= 8
        }
    }

    /// Where the frame that begins at `start` ends.
    static func end(ofFrameAt start: Int, in bytes: [UInt8]) -> Int {
        let short = Int(bytes[start + 1])
        guard short >= 126 else { return start + 2 + short }
        let size = short == 126 ? 4 : 10
        let payload = bytes[start + 2..<start + size].reduce(0) { $0 << 8 | Int($1) }
        return start + size + payload
    }
}
