extension JSONView {
    /// Appends the value as strict JSON without insignificant white space; numbers and escapes stay as written.
    package func appendCompact(to output: inout [UInt8]) {
        if document.isRelaxed {
            appendRelaxed(to: &output)
        } else {
            appendStrict(to: &output)
        }
    }

    /// Copies the longest runs without white space; that stands only between the nodes.
    private func appendStrict(to output: inout [UInt8]) {
        let bytes = document.bytes
        let nodes = document.nodes
        let node = node
        var run = node.range.lowerBound
        var gap = run
        for place in index..<Int(node.next) {
            let inner = nodes[place]
            copyGap(gap..<inner.range.lowerBound, of: bytes, run: &run, to: &output)
            let isContainer = inner.kind == .array || inner.kind == .object
            gap = isContainer ? inner.range.lowerBound + 1 : inner.range.upperBound
        }
        copyGap(gap..<node.range.upperBound, of: bytes, run: &run, to: &output)
        output.append(contentsOf: bytes[run..<node.range.upperBound])
    }

    @inline(__always)
    private func copyGap(_ gap: Range<Int>, of bytes: [UInt8], run: inout Int, to output: inout [UInt8]) {
        for at in gap where ASCII.isSpace(bytes[at]) {
            if run < at { output.append(contentsOf: bytes[run..<at]) }
            run = at + 1
        }
    }

    /// Writes punctuation anew, as comments and trailing commas stand between the nodes too.
    private func appendRelaxed(to output: inout [UInt8]) {
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
}
