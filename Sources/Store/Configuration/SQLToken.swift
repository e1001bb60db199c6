/// A token of SQL text; comments and white space are none.
struct SQLToken: Hashable {
    enum Kind { case word, quotedName, string, number, parameter, punctuation }

    let kind: Kind
    /// As written.
    let text: String
    /// Byte offset in the text.
    let offset: Int
    /// Where the next byte stands; not to be had from `text`, in which bytes that are no UTF-8 were replaced.
    let end: Int

    /// Whether this is the unquoted word, in any case.
    func isWord(_ word: String) -> Bool { kind == .word && text.lowercased() == word.lowercased() }

    func isPunctuation(_ mark: String) -> Bool { kind == .punctuation && text == mark }

    /// The identifier: a word as written, a quoted name without its quotes.
    var name: String? {
        switch kind {
        case .word: return text
        case .quotedName, .string:
            guard let quote = text.first, text.count >= 2 else { return nil }
            let close: Character = quote == "[" ? "]" : quote
            let inner = text.dropFirst().dropLast()
            var name = ""
            var isDoubled = false
            for character in inner {
                if character == close, !isDoubled {
                    isDoubled = true
                    continue
                }
                isDoubled = false
                name.append(character)
            }
            return name
        default: return nil
        }
    }
}

/// Cuts SQL text into tokens by SQLite's rules. Source: sqlite src/tokenize.c.
struct SQLTokenizer {
    private let bytes: [UInt8]
    private var at = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// All tokens; a string or comment that never ends reaches to the end of the text.
    static func tokens(of bytes: [UInt8]) -> [SQLToken] {
        var tokenizer = SQLTokenizer(bytes)
        var tokens: [SQLToken] = []
        while let token = tokenizer.next() { tokens.append(token) }
        return tokens
    }

    private mutating func next() -> SQLToken? {
        skipSpaceAndComments()
        guard at < bytes.count else { return nil }
        let start = at
        let kind = advance()
        return SQLToken(kind: kind, text: String(decoding: bytes[start..<at], as: UTF8.self), offset: start, end: at)
    }

    private func byte(_ offset: Int) -> UInt8 { at + offset < bytes.count ? bytes[at + offset] : 0 }

    private mutating func skipSpaceAndComments() {
        while at < bytes.count {
            if ASCII.isSpace(bytes[at]) {
                at += 1
            } else if byte(0) == UInt8(ascii: "-"), byte(1) == UInt8(ascii: "-") {
                while at < bytes.count, bytes[at] != 0x0a { at += 1 }
            } else if byte(0) == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "*") {
                at += 2
                while at < bytes.count, !(byte(0) == UInt8(ascii: "*") && byte(1) == UInt8(ascii: "/")) { at += 1 }
                at = min(at + 2, bytes.count)
            } else {
                return
            }
        }
    }

    private mutating func advance() -> SQLToken.Kind {
        let first = bytes[at]
        switch first {
        case UInt8(ascii: "'"): return quoted(until: first, .string)
        case UInt8(ascii: "\""), UInt8(ascii: "`"): return quoted(until: first, .quotedName)
        case UInt8(ascii: "["): return quoted(until: UInt8(ascii: "]"), .quotedName)
        case UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "$"), UInt8(ascii: "?"):
            at += 1
            let start = at
            skipWord()
            return at > start || first == UInt8(ascii: "?") ? .parameter : .punctuation
        case _ where ASCII.isDigit(first) || first == UInt8(ascii: ".") && ASCII.isDigit(byte(1)):
            return number()
        case _ where ASCII.isWord(first):
            if first | 0x20 == UInt8(ascii: "x"), byte(1) == UInt8(ascii: "'") {
                at += 1
                return quoted(until: UInt8(ascii: "'"), .number)
            }
            skipWord()
            return .word
        default:
            at += 1
            return .punctuation
        }
    }

    private mutating func skipWord() {
        while at < bytes.count, ASCII.isWord(bytes[at]) || bytes[at] == UInt8(ascii: "$") { at += 1 }
    }

    private mutating func number() -> SQLToken.Kind {
        while at < bytes.count {
            let isExponentSign = [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[at]) && bytes[at - 1] | 0x20 == UInt8(ascii: "e")
            guard ASCII.isWord(bytes[at]) || bytes[at] == UInt8(ascii: ".") || isExponentSign else { break }
            at += 1
        }
        return .number
    }

    private mutating func quoted(until close: UInt8, _ kind: SQLToken.Kind) -> SQLToken.Kind {
        at += 1
        while at < bytes.count {
            if bytes[at] == close {
                guard byte(1) == close, close != UInt8(ascii: "]") else { break }
                at += 1
            }
            at += 1
        }
        at = min(at + 1, bytes.count)
        return kind
    }
}
