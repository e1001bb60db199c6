extension JSONParser {
    @inline(never)
    func unexpected(_ expectation: String, _ text: Span<UInt8>, _ at: Int) -> JSONError {
        guard at < text.count else { return JSONError("expected \(expectation), found the end", at: text.count, of: text) }
        let byte = text[at]
        let found = byte > 0x20 && byte < 0x7f ? "'\(Character(UnicodeScalar(byte)))'" : "byte 0x" + String(byte, radix: 16)
        return JSONError("expected \(expectation), found \(found)", at: at, of: text)
    }

    @inline(never)
    func tooMany(_ text: Span<UInt8>, _ at: Int) -> JSONError {
        JSONError("more than \(limits.nodes) values and keys", at: at, of: text)
    }
}
