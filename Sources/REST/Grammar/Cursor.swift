/// Reads the value of one query parameter from left to right. Every failure is a PGRST100 that quotes the whole value.
struct Cursor {
    /// How deep parentheses may nest, in select and in logic trees.
    static let depthLimit = 16

    let bytes: [UInt8]
    /// What is being read, as the message names it: `filter`, `order`, `select parameter`, …
    let what: String
    var position = 0

    init(_ bytes: [UInt8], _ what: String) {
        self.bytes = bytes
        self.what = what
    }

    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    var isAtEnd: Bool { position >= bytes.count }

    /// The byte after the current one.
    var following: UInt8? { position + 1 < bytes.count ? bytes[position + 1] : nil }

    mutating func advance() { position += 1 }

    /// Goes back to a position read earlier.
    mutating func rewind(to earlier: Int) { position = earlier }

    mutating func skipBlanks() {
        while let byte = current, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { position += 1 }
    }

    /// Steps over `byte` if it comes next.
    mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    /// Steps over `text` if it comes next.
    mutating func take(_ text: String) -> Bool {
        var at = position
        for byte in text.utf8 {
            guard at < bytes.count, bytes[at] == byte else { return false }
            at += 1
        }
        position = at
        return true
    }

    /// Everything not yet read.
    mutating func takeRest() -> [UInt8] {
        let rest = position == 0 ? bytes : Array(bytes[position...])
        position = bytes.count
        return rest
    }

    /// The longest run of bytes that `belongs` accepts; may be empty.
    mutating func takeRun(while belongs: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = position
        while let byte = current, belongs(byte) { position += 1 }
        return bytes[start..<position]
    }

    mutating func expect(_ byte: UInt8, or expected: String) throws(RequestError) {
        guard take(byte) else { throw failure(expecting: expected) }
    }

    mutating func expectEnd(_ expected: String) throws(RequestError) {
        guard isAtEnd else { throw failure(expecting: expected) }
    }

    /// A failure at the current position.
    func failure(expecting expected: String) -> RequestError {
        let column = bytes[..<min(position, bytes.count)].reduce(into: 1) { if $1 & 0xc0 != 0x80 { $0 += 1 } }
        guard position < bytes.count else {
            return .syntax(what, bytes, column: column, details: "unexpected end of input expecting \(expected)")
        }
        let character = String(decoding: bytes[position...].prefix(4), as: UTF8.self).prefix(1)
        return .syntax(what, bytes, column: column, details: "unexpected \"\(character)\" expecting \(expected)")
    }
}
