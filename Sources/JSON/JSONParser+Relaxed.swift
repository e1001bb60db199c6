/// What config files may hold beyond RFC 8259.
extension JSONParser {
    /// Skips comments and the white space around them, from a `/` on; returns what follows.
    @inline(never)
    func skipComments(_ text: Span<UInt8>, _ start: Int) throws(JSONError) -> Int {
        var at = start
        while at < text.count {
            if ASCII.isSpace(text[at]) {
                at += 1
            } else if text[at] == ASCII.slash {
                at = try skipComment(text, at)
            } else {
                break
            }
        }
        return at
    }

    private func skipComment(_ text: Span<UInt8>, _ start: Int) throws(JSONError) -> Int {
        var at = start + 2
        switch at <= text.count ? text[start + 1] : 0 {
        case ASCII.slash:
            while at < text.count, text[at] != ASCII.lineFeed { at += 1 }
            return at
        case ASCII.asterisk:
            while at + 1 < text.count {
                if text[at] == ASCII.asterisk, text[at + 1] == ASCII.slash { return at + 2 }
                at += 1
            }
            throw JSONError("comment without an end", at: start, of: text)
        default:
            throw unexpected("'//' or '/*'", text, start + 1)
        }
    }

    /// Parses a key in apostrophes or without quotes; returns what follows.
    @inline(never)
    mutating func parseRelaxedKey(_ text: Span<UInt8>, _ start: Int) throws(JSONError) -> Int {
        if text[start] == ASCII.apostrophe { return try parseString(text, start, [.key, .apostrophes]) }
        guard ASCII.beginsIdentifier(text[start]) else { throw unexpected("a key", text, start) }
        var at = start + 1
        while at < text.count, ASCII.beginsIdentifier(text[at]) || ASCII.isDigit(text[at]) { at += 1 }
        try append(.string, [.key, .bare], start..<at, text)
        return at
    }
}
