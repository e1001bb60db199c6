/// The status line and the headers of an answer. Source: RFC 9112 §2–5.
struct HTTPHead {
    /// Bytes that a head may have, its empty line included.
    static let byteLimit = 64 * 1024

    let status: Int
    /// HTTP/1.1, so that the connection stays open unless the answer says otherwise.
    let isVersion11: Bool
    let headers: [(name: String, value: String)]

    /// - Parameter lines: all up to the empty line, which may be left out.
    init(_ lines: some Collection<UInt8>) throws(ClientError) {
        var rest = lines.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)[...]
        let statusLine = rest.popFirst().map { String(decoding: $0, as: UTF8.self).trimmingSpace() } ?? ""
        let words = statusLine.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].utf8.count == 3, let status = Int(words[1]), status >= 100 else {
            throw .malformed("something that is not HTTP/1.1")
        }
        self.status = status
        isVersion11 = words[0] == "HTTP/1.1"
        var headers: [(name: String, value: String)] = []
        for line in rest {
            let text = String(decoding: line, as: UTF8.self).trimmingSpace()
            guard !text.isEmpty else { continue }
            guard let colon = text.firstIndex(of: ":") else { throw .malformed("a header without a colon") }
            headers.append((String(text[..<colon]), text[text.index(after: colon)...].trimmingSpace()))
        }
        self.headers = headers
    }

    /// Where the empty line ends; nil when it is not there yet.
    static func end(in bytes: [UInt8], from start: Int = 0, upTo end: Int) -> Int? {
        var index = start + 3
        while index < end {
            if bytes[index] == 0x0a, bytes[index - 1] == 0x0d, bytes[index - 2] == 0x0a, bytes[index - 3] == 0x0d { return index + 1 }
            index += 1
        }
        return nil
    }

    /// The first header of that name, whatever its case.
    func value(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }

    /// Whether a header that is a list of words has this one, whatever its case.
    func has(_ word: String, in name: String) -> Bool {
        value(name)?.split(separator: ",").contains { $0.trimmingSpace().lowercased() == word } ?? false
    }
}

extension StringProtocol {
    fileprivate func trimmingSpace() -> String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0d }
        let head = utf8.drop(while: isSpace)
        return String(decoding: head.reversed().drop(while: isSpace).reversed(), as: UTF8.self)
    }
}
