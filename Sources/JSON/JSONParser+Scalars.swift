extension JSONParser {
    /// Parses the string whose opening quote is at `start`; returns what follows its closing quote.
    @inline(__always)
    mutating func parseString(_ text: Span<UInt8>, _ start: Int, _ kindOfString: JSONNode.Flags) throws(JSONError) -> Int {
        var flags = kindOfString
        let closing = flags.contains(.apostrophes) ? ASCII.apostrophe : ASCII.quote
        var at = start + 1
        while at < text.count {
            let byte = text[at]
            if byte == closing {
                try append(.string, flags, start..<at + 1, text)
                return at + 1
            }
            if byte == ASCII.backslash {
                flags.insert(.escaped)
                at = try skipEscape(text, at, closing)
            } else {
                guard byte >= ASCII.space else { throw JSONError("control character in a string must be escaped", at: at, of: text) }
                at += 1
            }
        }
        throw JSONError("string without an end", at: text.count, of: text)
    }

    /// Checks the escape at `start`, of a surrogate pair both halves; returns what follows.
    @inline(never)
    private func skipEscape(_ text: Span<UInt8>, _ start: Int, _ closing: UInt8) throws(JSONError) -> Int {
        guard start + 1 < text.count else { throw JSONError("string without an end", at: text.count, of: text) }
        switch text[start + 1] {
        case ASCII.quote, ASCII.backslash, ASCII.slash, ASCII.b, ASCII.f, ASCII.n, ASCII.r, ASCII.t:
            return start + 2
        case ASCII.apostrophe where closing == ASCII.apostrophe:
            return start + 2
        case ASCII.u:
            let unit = try hexadecimalUnit(text, start)
            guard unit & 0xf800 == 0xd800 else { return start + 6 }
            let isPair = unit < 0xdc00 && start + 7 < text.count && text[start + 6] == ASCII.backslash && text[start + 7] == ASCII.u
            guard isPair, try hexadecimalUnit(text, start + 6) & 0xfc00 == 0xdc00 else {
                throw JSONError("surrogate escape without its other half", at: start, of: text)
            }
            return start + 12
        default:
            throw JSONError("unknown escape", at: start, of: text)
        }
    }

    /// The UTF-16 unit of the `\uXXXX` at `start`.
    private func hexadecimalUnit(_ text: Span<UInt8>, _ start: Int) throws(JSONError) -> UInt32 {
        guard let unit = JSONEscape.unit(text, at: start) else {
            throw JSONError("\\u must be followed by four hexadecimal digits", at: start, of: text)
        }
        return unit
    }

    /// Parses the number at `start`: an optional minus, no leading zero, digits after a dot and in an exponent (RFC 8259 §6).
    @inline(__always)
    mutating func parseNumber(_ text: Span<UInt8>, _ start: Int) throws(JSONError) -> Int {
        var flags: JSONNode.Flags = .plain
        var at = text[start] == ASCII.minus ? start + 1 : start
        let first = at
        at = try skipDigits(text, at)
        if text[first] == ASCII.zero, at > first + 1 { throw JSONError("number with a leading zero", at: first, of: text) }
        if at < text.count, text[at] == ASCII.dot {
            flags = []
            at = try skipDigits(text, at + 1)
        }
        if at < text.count, text[at] | 0x20 == ASCII.e {
            flags = []
            at += 1
            if at < text.count, text[at] == ASCII.plus || text[at] == ASCII.minus { at += 1 }
            at = try skipDigits(text, at)
        }
        try append(.number, flags, start..<at, text)
        return at
    }

    @inline(__always)
    private func skipDigits(_ text: Span<UInt8>, _ start: Int) throws(JSONError) -> Int {
        var at = start
        while at < text.count, ASCII.isDigit(text[at]) { at += 1 }
        guard at > start else { throw unexpected("a digit", text, at) }
        return at
    }

    @inline(never)
    mutating func parseWord(
        _ word: String, _ kind: JSONView.Kind, _ flags: JSONNode.Flags, _ text: Span<UInt8>, _ start: Int
    ) throws(JSONError) -> Int {
        var at = start
        for byte in word.utf8 {
            guard at < text.count, text[at] == byte else { throw unexpected("'\(word)'", text, at) }
            at += 1
        }
        try append(kind, flags, start..<at, text)
        return at
    }
}
