import JSON

/// jsonb as PostgreSQL keeps it: of repeated keys the last, keys ordered by length then bytes, numbers as `numeric` prints them.
enum CanonicalJSON {
    /// How the pieces are joined: `compact` is what the file holds, `spaced` is PostgreSQL's text form.
    enum Layout { case compact, spaced }

    static func append(_ view: JSONView, _ layout: Layout = .compact, to output: inout [UInt8]) throws(TypeError) {
        switch view.kind {
        case .null, .bool: output.append(contentsOf: view.raw)
        case .number:
            do throws(Decimal.Failure) {
                try Decimal.appendCanonical(view.raw, to: &output)
            } catch {
                throw .range(.jsonb, view.raw)
            }
        case .string: try append(string: view.utf8 ?? [], to: &output)
        case .array:
            output.append(UInt8(ascii: "["))
            var isFirst = true
            try view.forEachElement { (element) throws(TypeError) in
                if !isFirst { output.appendText(layout == .spaced ? ", " : ",") }
                isFirst = false
                try append(element, layout, to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object: try append(object: view, layout, to: &output)
        }
    }

    private static func append(object view: JSONView, _ layout: Layout, to output: inout [UInt8]) throws(TypeError) {
        var members: [(key: [UInt8], value: JSONView)] = []
        members.reserveCapacity(view.count)
        view.forEachMember { key, value in members.append((key.utf8 ?? [], value)) }
        let order = members.indices.sorted { left, right in
            let (a, b) = (members[left].key, members[right].key)
            if a.count != b.count { return a.count < b.count }
            return a == b ? left < right : a.lexicographicallyPrecedes(b)
        }
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        for (place, index) in order.enumerated() {
            let isRepeatedLater = place + 1 < order.count && members[order[place + 1]].key == members[index].key
            if isRepeatedLater { continue }
            if !isFirst { output.appendText(layout == .spaced ? ", " : ",") }
            isFirst = false
            try append(string: members[index].key, to: &output)
            output.appendText(layout == .spaced ? ": " : ":")
            try append(members[index].value, layout, to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    private static func append(string: [UInt8], to output: inout [UInt8]) throws(TypeError) {
        guard !string.contains(0) else { throw .zeroByte }
        output.appendJSONString(string)
    }

    /// Whether the text is a JSON text in canonical form. Allocates: only changed values are asked about.
    static func isCanonical(_ text: ArraySlice<UInt8>) -> Bool {
        let bytes = Array(text)
        guard let document = try? JSONDocument(parsing: bytes) else { return false }
        var canonical: [UInt8] = []
        canonical.reserveCapacity(bytes.count)
        guard (try? append(document.root, to: &canonical)) != nil else { return false }
        return canonical == bytes
    }
}
