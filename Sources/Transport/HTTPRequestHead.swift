/// The head of a request, judged: what the loop needs to know before it reads a body or shakes hands.
///
/// Pure: bytes in, a judgement out. Strict where leniency lets two parsers disagree (RFC 9112 §11.2): lines end in CRLF, no folded headers,
/// no blank before a colon, one
/// Host, at most one Content-Length, made of digits.
struct HTTPRequestHead: Sendable {
    let method: HTTPMethod
    let target: RequestTarget
    let fields: HTTPFields
    /// Bytes of body that follow.
    let contentLength: Int
    /// The client wants to hear `100 Continue` before it sends the body.
    let expectsContinue: Bool
    /// The client wants the connection closed after the answer (asked for, or HTTP/1.0).
    let close: Bool
    let wantsUpgrade: Bool

    /// Why a head was not taken.
    enum Refusal: Error {
        case answer(HTTPResponse)
        /// Closed without a word.
        case hangUp
    }

    /// - Parameter bytes: a head from its first byte to the empty line that ends it.
    init(_ bytes: [UInt8]) throws(Refusal) {
        var lines = HeadLines(bytes)
        guard let requestLine = lines.next() else { throw .answer(.malformed) }
        let words = requestLine.split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count == 3, !words[0].isEmpty, words[0].allSatisfy(\.isTokenByte) else { throw .answer(.malformed) }
        let version = String(decoding: words[2], as: UTF8.self)
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else { throw .answer(.malformed) }
        method = HTTPMethod(words[0])
        // Before the target is looked at: CONNECT's is an authority, not a path.
        if method == .other("CONNECT") || method == .other("TRACE") { throw .answer(.refusal(405, "method not allowed")) }
        guard let target = RequestTarget(words[1]) else { throw .answer(.refusal(400, "malformed request target")) }
        self.target = target

        var fields = HTTPFields(bytes: bytes)
        while let line = lines.next() {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
                line[..<colon].allSatisfy(\.isTokenByte), line[colon...].allSatisfy(\.isFieldByte)
            else { throw .answer(.malformed) }
            let value = line[(colon + 1)...].trimmingBlanks()
            fields.append(name: line.startIndex..<colon, value: value.startIndex..<value.endIndex)
        }
        guard lines.isWhole else { throw .answer(.malformed) }
        self.fields = fields

        switch fields.values("host").count {
        case 0: throw .hangUp
        case 1: break
        default: throw .answer(.refusal(400, "more than one Host"))
        }
        contentLength = try Self.contentLength(fields)
        expectsContinue = version == "HTTP/1.1" && fields.contains("expect", token: "100-continue")
        close = version == "HTTP/1.0" || fields.contains("connection", token: "close")
        wantsUpgrade = !fields.values("upgrade").isEmpty
    }

    private static func contentLength(_ fields: HTTPFields) throws(Refusal) -> Int {
        let lengths = fields.values("content-length")
        guard fields.values("transfer-encoding").isEmpty else {
            // Both together is the classic of request smuggling.
            throw .answer(lengths.isEmpty ? .refusal(411, "a body needs a Content-Length") : .malformed)
        }
        guard let text = lengths.first else { return 0 }
        guard lengths.count == 1, !text.isEmpty, text.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .answer(.refusal(400, "malformed Content-Length"))
        }
        // Digits that do not fit into an Int are simply too many bytes.
        return Int(String(decoding: text, as: UTF8.self)) ?? .max
    }

    /// The key of a proper WebSocket handshake (RFC 6455 §4.2.1).
    /// - Throws: the answer to one that is not: the only upgrade is to `websocket`, by GET, version 13, without a body.
    func webSocketKey() throws(Refusal) -> ArraySlice<UInt8> {
        let upgrades = fields.values("upgrade")
        let versions = fields.values("sec-websocket-version")
        let keys = fields.values("sec-websocket-key")
        guard method == .get, contentLength == 0, !close, upgrades.count == 1, upgrades[0].equalsIgnoringCase("websocket"),
            fields.contains("connection", token: "upgrade")
        else { throw .answer(.refusal(400, "not a WebSocket handshake")) }
        guard versions.count == 1, versions[0].equalsIgnoringCase("13") else {
            throw .answer(.refusal(400, "WebSocket version is not 13", headers: [("Sec-WebSocket-Version", "13")]))
        }
        guard keys.count == 1, let key = keys.first, key.count == 24, key.suffix(2).equalsIgnoringCase("=="),
            key.dropLast(2).allSatisfy(\.isBase64Byte)
        else { throw .answer(.refusal(400, "malformed Sec-WebSocket-Key")) }
        return key
    }
}

extension HTTPResponse {
    fileprivate static var malformed: HTTPResponse { .refusal(400, "malformed request") }
}

/// The lines of a head, split at CRLF; a CR or LF elsewhere makes it not whole.
private struct HeadLines: IteratorProtocol {
    private let bytes: [UInt8]
    private var position: Int
    /// Whether every line ended in CRLF and the last one was empty.
    private(set) var isWhole = false

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // Old clients end a body with a line end too many (RFC 9112 §2.2).
        position = bytes.starts(with: [0x0D, 0x0A]) ? 2 : 0
    }

    mutating func next() -> ArraySlice<UInt8>? {
        guard let end = bytes[position...].firstIndex(of: 0x0D), end + 1 < bytes.count, bytes[end + 1] == 0x0A else { return nil }
        let line = bytes[position..<end]
        position = end + 2
        if line.isEmpty {
            isWhole = position == bytes.count
            return nil
        }
        return line
    }
}

extension UInt8 {
    /// RFC 9110 §5.6.2.
    fileprivate var isTokenByte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
        default: false
        }
    }

    /// Anything but control characters; a tab is white space.
    fileprivate var isFieldByte: Bool { self >= 0x20 && self != 0x7F || self == 0x09 }

    fileprivate var isBase64Byte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2F: true
        default: false
        }
    }
}
