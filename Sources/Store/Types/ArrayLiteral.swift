/// PostgreSQL's text form of arrays of one dimension: `{a,"b c",NULL}`.
enum ArrayLiteral {
    /// The elements, nil for NULL. Source: postgresql.org/docs/15/arrays.html#ARRAYS-IO.
    static func elements(_ literal: ArraySlice<UInt8>) throws(TypeError) -> [[UInt8]?] {
        let text = ASCII.trimmed(literal)
        guard text.first == UInt8(ascii: "{"), text.last == UInt8(ascii: "}"), text.count >= 2 else {
            throw .array(literal, "Array value must start with \"{\" or dimension information.")
        }
        let inner = text.dropFirst().dropLast()
        if ASCII.trimmed(inner).isEmpty { return [] }
        var elements: [[UInt8]?] = []
        var at = inner.startIndex
        while true {
            elements.append(try element(inner, &at, of: literal))
            guard at < inner.endIndex else { return elements }
            guard inner[at] == UInt8(ascii: ",") else { throw .array(literal) }
            at += 1
        }
    }

    private static func element(_ text: ArraySlice<UInt8>, _ at: inout Int, of literal: ArraySlice<UInt8>) throws(TypeError) -> [UInt8]? {
        while at < text.endIndex, ASCII.isSpace(text[at]) { at += 1 }
        guard at < text.endIndex else { throw .array(literal, "Unexpected end of input.") }
        if text[at] == UInt8(ascii: "\"") {
            let content = try quoted(text, &at, of: literal)
            while at < text.endIndex, ASCII.isSpace(text[at]) { at += 1 }
            return content
        }
        var content: [UInt8] = []
        var kept = 0
        var hasEscape = false
        while at < text.endIndex, text[at] != UInt8(ascii: ",") {
            switch text[at] {
            case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\""):
                throw .array(literal, "Multidimensional arrays are not supported.")
            case UInt8(ascii: "\\"):
                at += 1
                guard at < text.endIndex else { throw .array(literal, "Unexpected end of input.") }
                hasEscape = true
                content.append(text[at])
                kept = content.count
            default:
                content.append(text[at])
                if !ASCII.isSpace(text[at]) { kept = content.count }
            }
            at += 1
        }
        content.removeLast(content.count - kept)
        guard !content.isEmpty else { throw .array(literal, "Unexpected \",\" character.") }
        let isNull = !hasEscape && content.count == 4 && content.map(ASCII.lowercased) == Array("null".utf8)
        return isNull ? nil : content
    }

    private static func quoted(_ text: ArraySlice<UInt8>, _ at: inout Int, of literal: ArraySlice<UInt8>) throws(TypeError) -> [UInt8] {
        var content: [UInt8] = []
        at += 1
        while at < text.endIndex {
            var byte = text[at]
            at += 1
            if byte == UInt8(ascii: "\"") { return content }
            if byte == UInt8(ascii: "\\") {
                guard at < text.endIndex else { break }
                byte = text[at]
                at += 1
            }
            content.append(byte)
        }
        throw .array(literal, "Unexpected end of input.")
    }

    /// Appends one element, in quotes where PostgreSQL puts them.
    static func append(element: [UInt8], to output: inout [UInt8]) {
        let needsQuotes =
            element.isEmpty || element.map(ASCII.lowercased) == Array("null".utf8)
            || element.contains { ASCII.isSpace($0) || "{},\"\\".utf8.contains($0) }
        guard needsQuotes else {
            output.append(contentsOf: element)
            return
        }
        output.append(UInt8(ascii: "\""))
        for byte in element {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { output.append(UInt8(ascii: "\\")) }
            output.append(byte)
        }
        output.append(UInt8(ascii: "\""))
    }
}
