internal import JSON

/// Values as upstream's messages show them: Elixir's `inspect`. Source: supabase/realtime lib/extensions/postgres_cdc_rls/subscriptions.ex.
enum ElixirTerm {
    static func string(_ text: String) -> String {
        var output = "\""
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case "{" where previous == "#":
                output.removeLast()
                output += "\\#{"
            default: output.unicodeScalars.append(scalar)
            }
            previous = scalar
        }
        return output + "\""
    }

    static func list(_ elements: [String]) -> String { "[" + elements.joined(separator: ", ") + "]" }

    /// A JSON value as the server holds it; maps with their keys in order. As deep as the parser allows.
    static func json(_ view: JSONView) -> String {
        switch view.kind {
        case .null: "nil"
        case .bool, .number: String(decoding: view.raw, as: UTF8.self)
        case .string: string(view.string ?? "")
        case .array: list(view.elements.map(json))
        case .object:
            "%{" + view.members.sorted { $0.key < $1.key }.map { "\(string($0.key)) => \(json($0.value))" }.joined(separator: ", ") + "}"
        }
    }
}
