/// The payload of a close frame. Source: RFC 6455 §5.5.1, §7.4.
struct CloseFrame {
    /// Nil when the frame is empty.
    let code: UInt16?
    let reason: String

    init(_ payload: [UInt8]) throws(ClientError) {
        guard payload.count != 1 else { throw .malformed("half a close code") }
        code = payload.count < 2 ? nil : UInt16(payload[0]) << 8 | UInt16(payload[1])
        reason = String(decoding: payload.dropFirst(2), as: UTF8.self)
    }

    /// A payload of at most 125 bytes; the reason is cut between characters.
    static func payload(code: UInt16, reason: String) -> [UInt8] {
        var payload = [UInt8(truncatingIfNeeded: code >> 8), UInt8(truncatingIfNeeded: code)]
        for character in reason {
            let bytes = Array(character.utf8)
            guard payload.count + bytes.count <= 125 else { break }
            payload += bytes
        }
        return payload
    }

    var error: ClientError { .closed(code: code, reason: reason) }
}
