extension JSONView {
    package var bool: Bool? {
        kind == .bool ? node.has(.plain) : nil
    }

    /// A string's content, unescaped.
    package var string: String? {
        guard kind == .string else { return nil }
        guard node.has(.escaped) else { return String(decoding: document.bytes[node.content], as: UTF8.self) }
        var content: [UInt8] = []
        appendUTF8(to: &content)
        return String(decoding: content, as: UTF8.self)
    }

    /// A string's content, unescaped, as UTF-8.
    package var utf8: [UInt8]? {
        guard kind == .string else { return nil }
        var content: [UInt8] = []
        appendUTF8(to: &content)
        return content
    }

    /// Appends a string's content, unescaped; nothing for other kinds.
    package func appendUTF8(to output: inout [UInt8]) {
        let node = node
        guard node.kind == .string else { return }
        if node.has(.escaped) {
            JSONEscape.append(document.bytes, node.content, to: &output)
        } else {
            output.append(contentsOf: document.bytes[node.content])
        }
    }

    /// Whether this is the string `text`; allocates only when the document wrote it with escapes. A literal costs nothing.
    package func equals(_ text: String) -> Bool { equals(text.utf8.span) }

    package func equals(utf8: [UInt8]) -> Bool { equals(utf8.span) }

    func equals(_ wanted: Span<UInt8>) -> Bool {
        let node = node
        guard node.kind == .string else { return false }
        guard !node.has(.escaped) else {
            var content: [UInt8] = []
            appendUTF8(to: &content)
            return Self.equals(content.span, wanted)
        }
        let bytes = document.bytes
        return Self.equals(bytes.span.extracting(node.content), wanted)
    }

    private static func equals(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in left.indices where left[index] != right[index] { return false }
        return true
    }

    /// An integer, exactly; nil when written with a fraction or an exponent, out of range, or of another kind.
    package var int64: Int64? {
        let node = node
        guard node.kind == .number, node.has(.plain) else { return nil }
        let digits = raw
        let isNegative = digits.first == ASCII.minus
        var value: Int64 = 0
        for byte in isNegative ? digits.dropFirst() : digits {
            let digit = Int64(byte &- ASCII.zero)
            let (shifted, overflows) = value.multipliedReportingOverflow(by: 10)
            // Downwards for negatives, so that Int64.min is reached.
            let (next, overflowsToo) = isNegative ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
            if overflows || overflowsToo { return nil }
            value = next
        }
        return value
    }

    /// The nearest double; nil when too large for one, or of another kind.
    package var double: Double? {
        guard kind == .number else { return nil }
        // Up to 15 digits are exact.
        if node.has(.plain), rawRange.count <= 15, let integer = int64, integer != 0 { return Double(integer) }
        guard let value = Double(String(decoding: raw, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }
}
