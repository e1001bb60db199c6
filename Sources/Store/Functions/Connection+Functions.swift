import Access
package import SQLite

extension Connection {
    /// Registers what SQL of ours may call, on readers and on the writer alike; the context is kept by the connection.
    ///
    /// `now()`, `now('-24 hours')`, `gen_random_uuid()`, `auth_uid()`, `auth_role()`, `raise_error(code, message, details, hint)`,
    /// `sluice_like(pattern, text)`, `sluice_ilike(pattern, text)`, and the collation `numeric`. All are innocuous, so defaults, CHECKs
    /// and triggers may call them; only the last three are deterministic.
    package func registerFunctions(_ context: FunctionContext) throws(SQLiteError) {
        try register(function: "now", arguments: 0, isDeterministic: false) { _ in .text(Timestamp.text(context.now)) }
        try register(function: "now", arguments: 1, isDeterministic: false) { arguments throws(RaisedError) in
            guard let text = arguments.first?.utf8 else { return .null }
            guard let interval = Interval(text) else {
                let shown = String(decoding: text.prefix(100), as: UTF8.self)
                throw RaisedError(code: "22007", message: "invalid input syntax for type interval: \"\(shown)\"")
            }
            return .text(Timestamp.text(interval.added(to: context.now)))
        }
        try register(function: "gen_random_uuid", arguments: 0, isDeterministic: false) { _ in .text(context.nextUUID()) }
        try register(function: "auth_uid", arguments: 0, isDeterministic: false) { _ in context.actor.subject.map { .text($0) } ?? .null }
        try register(function: "auth_role", arguments: 0, isDeterministic: false) { _ in .text(context.actor.role.rawValue) }
        try registerRaise()
        try registerLike("sluice_like", ignoringCase: false)
        try registerLike("sluice_ilike", ignoringCase: true)
        try register(collation: "numeric") { left, right in Decimal.compare(left.span, right.span) }
    }

    private func registerRaise() throws(SQLiteError) {
        try register(function: "raise_error", arguments: -1, isDeterministic: false) { arguments throws(RaisedError) in
            func text(_ place: Int) -> String? {
                guard place < arguments.count, !arguments[place].isNull else { return nil }
                if let number = arguments[place].integer { return "\(number)" }
                return arguments[place].string
            }
            throw RaisedError(code: text(0) ?? "P0001", message: text(1) ?? "", details: text(2), hint: text(3))
        }
    }

    private func registerLike(_ name: String, ignoringCase: Bool) throws(SQLiteError) {
        try register(function: name, arguments: 2, isDeterministic: true) { arguments in
            guard arguments.count == 2, let pattern = arguments[0].utf8, let text = arguments[1].utf8 else { return .null }
            return .integer(LikePattern.matches(text.span, pattern: pattern.span, ignoringCase: ignoringCase) ? 1 : 0)
        }
    }
}
