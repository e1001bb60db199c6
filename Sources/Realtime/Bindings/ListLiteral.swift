internal import Store

/// The list of an `in` condition, in PostgreSQL's notation of arrays. Source: postgresql.org/docs/15/arrays.html#ARRAYS-IO.
enum ListLiteral {
    /// The elements; nil for NULL.
    /// - Parameter text: in braces.
    static func elements(_ text: [UInt8]) throws(FilterError) -> [[UInt8]?] {
        let inner = text.dropFirst().dropLast()
        guard inner.contains(where: { !isBlank($0) }) else { return [] }
        var elements: [[UInt8]?] = []
        var rest = inner
        while true {
            elements.append(try takeElement(&rest, of: text))
            guard let next = rest.popFirst() else { return elements }
            guard next == UInt8(ascii: ",") else { throw malformed(text) }
        }
    }

    private static func takeElement(_ rest: inout ArraySlice<UInt8>, of text: [UInt8]) throws(FilterError) -> [UInt8]? {
        while let first = rest.first, isBlank(first) { rest.removeFirst() }
        if rest.first == UInt8(ascii: "\"") { return try takeQuoted(&rest, of: text) }
        var content: [UInt8] = []
        var kept = 0
        var isEscaped = false
        while let byte = rest.first, byte != UInt8(ascii: ",") {
            rest.removeFirst()
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\""): throw malformed(text)
            case UInt8(ascii: "\\"):
                guard let literal = rest.popFirst() else { throw malformed(text) }
                content.append(literal)
                kept = content.count
                isEscaped = true
            default:
                content.append(byte)
                if !isBlank(byte) { kept = content.count }
            }
        }
        content.removeLast(content.count - kept)
        guard !content.isEmpty else { throw malformed(text) }
        let isNull = !isEscaped && String(decoding: content, as: UTF8.self).lowercased() == "null"
        return isNull ? nil : content
    }

    private static func takeQuoted(_ rest: inout ArraySlice<UInt8>, of text: [UInt8]) throws(FilterError) -> [UInt8] {
        var content: [UInt8] = []
        rest.removeFirst()
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""):
                while let next = rest.first, isBlank(next) { rest.removeFirst() }
                return content
            case UInt8(ascii: "\\"):
                guard let literal = rest.popFirst() else { throw malformed(text) }
                content.append(literal)
            default: content.append(byte)
            }
        }
        throw malformed(text)
    }

    private static func malformed(_ text: [UInt8]) -> FilterError {
        .literal(TypeError(code: "22P02", message: "malformed array literal: \"\(String(decoding: text, as: UTF8.self))\""))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 0x09 < 5 }
}
