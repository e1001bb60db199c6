extension Cursor {
    /// A name: letters of any script, digits, `_`, `$`, inner blanks and inner `-`; anything else stands in double quotes.
    mutating func name() throws(RequestError) -> String {
        skipBlanks()
        if current == UInt8(ascii: "\"") { return try quotedName() }
        let start = position
        var end = start
        while let byte = current {
            if Self.isNameByte(byte) {
                position += 1
                end = position
            } else if byte == UInt8(ascii: " ") {
                position += 1
            } else if byte == UInt8(ascii: "-"), position == end, end > start, let next = following, Self.isNameByte(next) {
                position += 1
            } else {
                break
            }
        }
        guard end > start else { throw failure(expecting: "field name (* or [a..z0..9_$])") }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    private mutating func quotedName() throws(RequestError) -> String {
        let start = position
        guard let name = quoted() else {
            rewind(to: bytes.count)
            throw failure(expecting: "\"\\\"\"")
        }
        guard !name.isEmpty else {
            rewind(to: start)
            throw failure(expecting: "field name (* or [a..z0..9_$])")
        }
        skipBlanks()
        return String(decoding: name, as: UTF8.self)
    }

    /// Text in double quotes, where a backslash makes the next byte literal; nil, and nothing read, when the quotes do not close.
    mutating func quoted() -> [UInt8]? {
        let start = position
        guard take(UInt8(ascii: "\"")) else { return nil }
        var text: [UInt8] = []
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return text
            case UInt8(ascii: "\\"):
                guard let literal = current else { break }
                text.append(literal)
                position += 1
            default: text.append(byte)
            }
        }
        rewind(to: start)
        return nil
    }

    /// Names between commas, to the end.
    mutating func names() throws(RequestError) -> [String] {
        var names: [String] = []
        repeat { names.append(try name()) } while take(UInt8(ascii: ","))
        try expectEnd("\",\" or end of input")
        return names
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
            true
        default: false
        }
    }
}
