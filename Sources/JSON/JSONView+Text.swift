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

    /// Appends the value as strict JSON without insignificant white space; numbers and escapes stay as written.
    package func appendCompact(to output: inout [UInt8]) {
        var closings: [(end: Int, byte: UInt8)] = []
        var needsComma = false
        var place = index
        let end = Int(node.next)
        while true {
            while let closing = closings.last, closing.end == place {
                output.append(closing.byte)
                closings.removeLast()
                needsComma = true
            }
            guard place < end else { return }
            let node = document.nodes[place]
            if needsComma { output.append(ASCII.comma) }
            place += 1
            switch node.kind {
            case .array:
                output.append(ASCII.openBracket)
                closings.append((Int(node.next), ASCII.closeBracket))
                needsComma = false
            case .object:
                output.append(ASCII.openBrace)
                closings.append((Int(node.next), ASCII.closeBrace))
                needsComma = false
            case .null, .bool, .number, .string:
                appendScalar(node, to: &output)
                let isKey = node.has(.key) && !closings.isEmpty
                if isKey { output.append(ASCII.colon) }
                needsComma = !isKey
            }
        }
    }

    private func appendScalar(_ node: JSONNode, to output: inout [UInt8]) {
        guard node.has(.bare) || node.has(.apostrophes) else {
            output.append(contentsOf: document.bytes[node.range])
            return
        }
        var content: [UInt8] = []
        JSONEscape.append(document.bytes, node.content, to: &content)
        output.appendJSONString(content)
    }

    /// The value on several lines, two spaces per level.
    package var prettyBytes: [UInt8] {
        var compact: [UInt8] = []
        appendCompact(to: &compact)
        return JSONLayout.pretty(compact)
    }
}
