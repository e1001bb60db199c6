/// Strings as PostgreSQL's `escape_json` writes them: the two-character escapes where JSON has them, `\u00xx` in lower case for the other
/// controls, all else raw.
extension [UInt8] {
    /// Appends a string in quotes. `utf8` must be valid UTF-8; it is not checked.
    package mutating func appendJSONString(_ utf8: [UInt8]) { appendJSONString(utf8[...]) }

    package mutating func appendJSONString(_ utf8: ArraySlice<UInt8>) {
        append(ASCII.quote)
        var run = utf8.startIndex
        var at = run
        while at < utf8.endIndex {
            let byte = utf8[at]
            if Self.needsEscape(byte) {
                append(contentsOf: utf8[run..<at])
                appendJSONEscape(byte)
                run = at + 1
            }
            at += 1
        }
        append(contentsOf: utf8[run..<at])
        append(ASCII.quote)
    }

    package mutating func appendJSONString(_ utf8: Span<UInt8>) {
        reserveCapacity(forAppending: utf8.count + 2)
        append(ASCII.quote)
        for index in utf8.indices {
            let byte = utf8[index]
            if Self.needsEscape(byte) { appendJSONEscape(byte) } else { append(byte) }
        }
        append(ASCII.quote)
    }

    package mutating func appendJSONString(_ text: String) {
        append(ASCII.quote)
        let start = count
        append(contentsOf: text.utf8)
        if let first = self[start...].firstIndex(where: Self.needsEscape) {
            let rest = Array(self[first...])
            removeSubrange(first...)
            for byte in rest {
                if Self.needsEscape(byte) { appendJSONEscape(byte) } else { append(byte) }
            }
        }
        append(ASCII.quote)
    }

    @inline(__always)
    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < ASCII.space || byte == ASCII.quote || byte == ASCII.backslash
    }

    @inline(never)
    private mutating func appendJSONEscape(_ byte: UInt8) {
        append(ASCII.backslash)
        switch byte {
        case ASCII.quote, ASCII.backslash: append(byte)
        case 0x08: append(ASCII.b)
        case 0x0c: append(ASCII.f)
        case ASCII.lineFeed: append(ASCII.n)
        case ASCII.carriageReturn: append(ASCII.r)
        case ASCII.tab: append(ASCII.t)
        default:
            appendText(byte < 0x10 ? "u000" : "u001")
            let digit = byte & 0x0f
            append(digit < 10 ? ASCII.zero + digit : 0x57 + digit)
        }
    }

    /// Room for `additional` bytes, growing by doubling as appends do.
    private mutating func reserveCapacity(forAppending additional: Int) {
        let needed = count + additional
        if needed > capacity { reserveCapacity(Swift.max(needed, capacity * 2)) }
    }
}
