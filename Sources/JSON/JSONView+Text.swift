extension JSONView {
    /// Where the value stands in the document's bytes, strings with their quotes.
    package var rawRange: Range<Int> { node.range }

    /// The value as written. JSON only if the document was parsed strictly.
    package var raw: ArraySlice<UInt8> { document.bytes[rawRange] }

    /// Where the value begins, for messages to people; both numbers from 1, columns in characters. Counts from the document's start.
    package var position: (line: Int, column: Int) {
        let bytes = document.bytes
        let position = JSONPosition(of: rawRange.lowerBound, in: bytes.span)
        return (position.line, position.column)
    }

    /// The value on several lines, two spaces per level.
    package var prettyBytes: [UInt8] {
        var compact: [UInt8] = []
        appendCompact(to: &compact)
        return JSONLayout.pretty(compact)
    }
}
