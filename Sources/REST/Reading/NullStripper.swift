internal import JSON

/// Removes members that are null, at every depth; elements of arrays stay. Source: PostgreSQL's json_strip_nulls.
enum NullStripper {
    /// - Parameter json: JSON that this broker wrote.
    static func strip(_ json: [UInt8]) -> [UInt8] {
        guard let document = try? JSONDocument(parsing: json, limits: JSONLimits(depth: 128)) else { return json }
        var output: [UInt8] = []
        output.reserveCapacity(json.count)
        append(document.root, to: &output)
        return output
    }

    private static func append(_ view: JSONView, to output: inout [UInt8]) {
        var isFirst = true
        switch view.kind {
        case .object:
            output.append(UInt8(ascii: "{"))
            view.forEachMember { key, value in
                guard !value.isNull else { return }
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                output.append(contentsOf: key.raw)
                output.append(UInt8(ascii: ":"))
                append(value, to: &output)
            }
            output.append(UInt8(ascii: "}"))
        case .array:
            output.append(UInt8(ascii: "["))
            view.forEachElement { element in
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                append(element, to: &output)
            }
            output.append(UInt8(ascii: "]"))
        default: output.append(contentsOf: view.raw)
        }
    }
}
