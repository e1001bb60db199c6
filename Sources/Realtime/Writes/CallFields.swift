internal import Engine
internal import JSON
internal import SQLite
internal import Store

/// `{"event": "<function>", "payload": {arguments}}`.
enum CallFields {
    static func call(_ fields: JSONView, schema: Schema) throws(Rejection) -> Mutation.Call {
        guard let name = fields["event"]?.string else {
            throw Rejection(
                code: "PGRST102", message: "the function's name is missing", hint: "Send {\"event\": \"<function>\", \"payload\": {…}}.")
        }
        let arguments = fields["payload"].flatMap { $0.isNull ? nil : $0 }
        guard arguments == nil || arguments?.kind == .object else {
            throw Rejection(code: "PGRST102", message: "the arguments must be an object")
        }
        let names = Set(arguments?.members.map(\.key) ?? [])
        guard let function = schema.functions[name], names.isSubset(of: function.parameters.map(\.name)) else {
            throw notFound(name, names)
        }
        var values: [Value] = []
        for parameter in function.parameters {
            if let argument = arguments?[parameter.name] {
                values.append(try value(argument, parameter.type))
            } else if let value = parameter.defaultValue {
                values.append(value)
            } else {
                throw notFound(name, names)
            }
        }
        return Mutation.Call(function: function, arguments: values)
    }

    static func value(_ json: JSONView, _ type: ColumnType) throws(Rejection) -> Value {
        do throws(TypeError) {
            return try type.parse(json: json)
        } catch { throw Rejection(code: error.code, message: error.message, details: error.details) }
    }

    /// In PostgREST's words, which name the arguments in order of the alphabet.
    private static func notFound(_ name: String, _ arguments: Set<String>) -> Rejection {
        let names = arguments.sorted().joined(separator: ", ")
        let described =
            switch arguments.count {
            case 0: " without parameters"
            case 1: " with parameter \(names)"
            default: " with parameters \(names)"
            }
        return Rejection(
            code: "PGRST202",
            message: "Could not find the function public.\(name)\(arguments.isEmpty ? "" : "(\(names))")"
                + "\(arguments.isEmpty ? " without parameters" : "") in the schema cache",
            details: "Searched for the function public.\(name)\(described), but no matches were found in the schema cache.")
    }
}
