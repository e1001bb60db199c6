internal import JSON
internal import SQLite
internal import Store

/// A function chosen by its name and its arguments' names. Their values are read only once the caller is known to be let in.
struct FunctionCall {
    private enum Argument {
        case json(JSONView)
        case text([UInt8])
    }

    let function: Function
    /// One per parameter; nil takes the default.
    private var given: [Argument?]

    /// - Parameter object: the body; nil is `{}`.
    /// - Throws: PGRST202 unless every required argument is there and none is unknown.
    init(_ name: String, _ object: JSONView?, _ context: PlanContext) throws(RequestError) {
        var arguments: [(name: String, argument: Argument)] = []
        object?.forEachMember { (key, value) in arguments.append((key.string ?? "", .json(value))) }
        try self.init(name, arguments, context)
    }

    /// - Parameter query: of a repeated argument the last one counts.
    init(_ name: String, _ query: [QueryItem], _ context: PlanContext) throws(RequestError) {
        try self.init(name, query.map { (String(decoding: $0.name, as: UTF8.self), .text($0.value)) }, context)
    }

    private init(_ name: String, _ arguments: [(name: String, argument: Argument)], _ context: PlanContext) throws(RequestError) {
        let names = arguments.map(\.name)
        guard let function = context.schema.functions[name] else { throw context.noFunction(name, names) }
        self.function = function
        given = [Argument?](repeating: nil, count: function.parameters.count)
        for (argumentName, argument) in arguments {
            guard let place = function.parameters.firstIndex(where: { $0.name == argumentName }) else {
                throw context.noFunction(name, names)
            }
            given[place] = argument
        }
        for (parameter, argument) in zip(function.parameters, given) where argument == nil && parameter.defaultValue == nil {
            throw context.noFunction(name, names)
        }
    }

    /// One value per parameter, as its type.
    func arguments(now: Int64) throws(RequestError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(given.count)
        do throws(TypeError) {
            for (parameter, argument) in zip(function.parameters, given) {
                switch argument {
                case .json(let view): values.append(try parameter.type.parse(json: view, now: now))
                case .text(let text): values.append(try parameter.type.parse(text: text, now: now))
                case nil: values.append(parameter.defaultValue ?? .null)
                }
            }
        } catch { throw RequestError(error) }
        return values
    }
}
