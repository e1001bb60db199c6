/// A JSON value as a tree, for what is built seldom: error bodies, replies, configuration, descriptions.
package indirect enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    case array([JSONValue])
    /// Members in the order they are written.
    case object([Member])
    /// Bytes that are already JSON; not checked.
    case raw([UInt8])

    package struct Member: Sendable, Hashable {
        package var key: String
        package var value: JSONValue

        package init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// Appends the value without white space. Recurses as deep as the tree, which is ours and shallow.
    package func write(into output: inout [UInt8]) {
        switch self {
        case .null: output.appendText("null")
        case .bool(let value): output.appendText(value ? "true" : "false")
        case .int(let value): output.appendDecimal(value)
        case .double(let value): output.appendJSONNumber(value)
        case .string(let value): output.appendJSONString(value)
        case .raw(let json): output.append(contentsOf: json)
        case .array(let elements):
            output.append(ASCII.openBracket)
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(ASCII.comma) }
                element.write(into: &output)
            }
            output.append(ASCII.closeBracket)
        case .object(let members):
            output.append(ASCII.openBrace)
            for (index, member) in members.enumerated() {
                if index > 0 { output.append(ASCII.comma) }
                output.appendJSONString(member.key)
                output.append(ASCII.colon)
                member.value.write(into: &output)
            }
            output.append(ASCII.closeBrace)
        }
    }

    /// The value without white space.
    package var bytes: [UInt8] {
        var output: [UInt8] = []
        write(into: &output)
        return output
    }

    /// The value on several lines, two spaces per level. What is `raw` must be free of white space outside strings.
    package var prettyBytes: [UInt8] { JSONLayout.pretty(bytes) }
}
