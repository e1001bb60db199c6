/// Reads one answer off a connection.
struct HTTPAnswerReader {
    private static let lineEnd = Array("\r\n".utf8)
    /// A chunk's size with its extensions.
    private static let lineByteLimit = 4096

    let connection: Connection
    let deadline: Deadline
    let bodyByteLimit: Int

    /// The head of the final answer; interim ones (100 to 199) but 101 are passed over.
    func readHead() throws(ClientError) -> HTTPHead {
        while true {
            let lines = try take(through: Array("\r\n\r\n".utf8), limit: HTTPHead.byteLimit)
            let head = try HTTPHead(lines)
            if head.status >= 200 || head.status == 101 { return head }
        }
    }

    /// The body that belongs to a head.
    func readBody(of head: HTTPHead, method: String) throws(ClientError) -> [UInt8] {
        if method == "HEAD" || head.status < 200 || head.status == 204 || head.status == 304 { return [] }
        if head.has("chunked", in: "Transfer-Encoding") { return try readChunks() }
        guard let length = head.value("Content-Length") else { return try readToEnd() }
        guard length.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let count = Int(length) else { throw .malformed("a bad Content-Length") }
        return try take(count)
    }

    /// Whether the connection can carry another exchange after this answer.
    static func keepsAlive(_ head: HTTPHead, method: String) -> Bool {
        let isDelimited =
            method == "HEAD" || head.status == 204 || head.status == 304
            || head.value("Content-Length") != nil || head.has("chunked", in: "Transfer-Encoding")
        return head.isVersion11 && isDelimited && !head.has("close", in: "Connection")
    }

    /// Source: RFC 9112 §7.1.
    private func readChunks() throws(ClientError) -> [UInt8] {
        var body: [UInt8] = []
        while true {
            let line = try take(through: Self.lineEnd, limit: Self.lineByteLimit)
            let digits = String(decoding: line.prefix { $0 != UInt8(ascii: ";") && $0 != 0x0d && $0 != 0x20 }, as: UTF8.self)
            guard digits.first != "+", digits.first != "-", let count = Int(digits, radix: 16) else { throw .malformed("a bad chunk size") }
            guard count > 0 else { break }
            guard count <= bodyByteLimit - body.count else { throw .tooLarge(byteLimit: bodyByteLimit) }
            body += try take(count)
            guard try take(2) == Self.lineEnd else { throw .malformed("a chunk without its end") }
        }
        // Trailers, up to an empty line.
        while try take(through: Self.lineEnd, limit: Self.lineByteLimit).count > 2 {}
        return body
    }

    private func readToEnd() throws(ClientError) -> [UInt8] {
        repeat {
            guard connection.count <= bodyByteLimit else { throw .tooLarge(byteLimit: bodyByteLimit) }
        } while try connection.fill(by: deadline, "reading an answer")
        return connection.take(connection.count)
    }

    private func take(_ count: Int) throws(ClientError) -> [UInt8] {
        guard count <= bodyByteLimit else { throw .tooLarge(byteLimit: bodyByteLimit) }
        while connection.count < count { try fill() }
        return connection.take(count)
    }

    /// Bytes up to and with `mark`.
    private func take(through mark: [UInt8], limit: Int) throws(ClientError) -> [UInt8] {
        var searched = 0
        while true {
            if let end = connection.end(of: mark, from: searched) { return connection.take(end) }
            guard connection.count < limit else { throw .tooLarge(byteLimit: limit) }
            searched = max(0, connection.count - mark.count)
            try fill()
        }
    }

    private func fill() throws(ClientError) {
        guard try connection.fill(by: deadline, "waiting for an answer") else { throw .connectionLost("ended by the peer") }
    }
}
