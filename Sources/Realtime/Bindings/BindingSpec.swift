internal import JSON

/// What a client asks of one table, or of all, in words not yet judged against the schema. Source: supabase/realtime
/// lib/extensions/postgres_cdc_rls/subscriptions.ex.
struct BindingSpec: Hashable {
    enum Event: String { case all = "*", insert = "INSERT", update = "UPDATE", delete = "DELETE" }

    let event: Event
    let schema: String
    /// `*` for every table of the schema.
    let table: String
    /// As written, trimmed of nothing: equal texts are equal filters, whatever they say.
    let filterText: [UInt8]
    let filter: [FilterTerm]
    /// Column names; nil for all.
    let select: [String]?
    /// Whether a row that stops matching is told as a DELETE.
    let tellsLeaving: Bool
    /// Whether records carry `_sequence` and `_epoch`.
    let showsSequence: Bool

    init(_ request: JSONView, limits: RealtimeLimits) throws(BindingError) {
        event = Self.event(request["event"])
        select = try Self.select(request["select"])
        let (schema, table, filter) = (request["schema"], request["table"], request["filter"])
        switch (schema?.string, table?.string, filter?.string) {
        case (let schema?, let table?, let text?): (self.schema, self.table, filterText) = (schema, table, Array(text.utf8))
        case (let schema?, let table?, nil) where filter == nil: (self.schema, self.table, filterText) = (schema, table, [])
        case (let schema?, nil, nil) where table == nil && filter == nil: (self.schema, self.table, filterText) = (schema, "*", [])
        case (nil, let table?, nil) where schema == nil && filter == nil: (self.schema, self.table, filterText) = ("public", table, [])
        default: throw .noParameters(request)
        }
        do throws(FilterError) {
            self.filter = try FilterTerm.terms(of: filterText, limit: limits.filterTerms)
        } catch { throw .filterSyntax(error) }
        if select != nil, self.schema == "*" || self.table == "*" { throw .selectOnWildcard }
        tellsLeaving = request["leave"]?.isTrue ?? false
        showsSequence = request["sequence"]?.isTrue ?? false
    }

    private static func event(_ view: JSONView?) -> Event {
        view?.string.flatMap { Event(rawValue: $0.uppercased()) } ?? .all
    }

    private static func select(_ view: JSONView?) throws(BindingError) -> [String]? {
        guard let view, view.kind != .string else {
            if view == nil { return nil }
            throw .selectIsText
        }
        let names = view.elements.compactMap(\.string)
        return names.isEmpty ? nil : names
    }

    /// The pairs in upstream's messages.
    var description: String {
        let filters = filter.map { term in
            let value = ElixirTerm.string(String(decoding: term.value, as: UTF8.self))
            return "{\(ElixirTerm.string(term.column)), \"\(term.comparison.rawValue)\", \(value), \(term.isNegated)}"
        }
        let columns = select.map { ElixirTerm.list($0.map(ElixirTerm.string)) } ?? "nil"
        return "event: \(event.rawValue), schema: \(schema), table: \(table), filters: \(ElixirTerm.list(filters)), select: \(columns)"
    }
}

/// Why a binding gets nothing; `message` is what its channel is told. Source: supabase/realtime
/// lib/extensions/postgres_cdc_rls/subscriptions.ex.
struct BindingError: Error, Hashable {
    let message: String

    static func filterSyntax(_ error: FilterError) -> BindingError {
        guard case .syntax(let detail) = error else { return BindingError(message: "Error parsing `filter` params: \(error)") }
        return BindingError(message: "Error parsing `filter` params: \(detail)")
    }

    static let selectIsText = BindingError(
        message: "Error parsing `select` params: expected a list of column name strings, e.g. select: [\"col1\", \"col2\"]")

    static let selectOnWildcard = BindingError(
        message: "Column selection is not supported for wildcard subscriptions. Provide an explicit schema and table name.")

    static func noParameters(_ request: JSONView) -> BindingError {
        let isSecret = request["user_token"] != nil || request["auth_token"] != nil
        let shown = isSecret ? "<redacted>" : ElixirTerm.json(request)
        return BindingError(
            message: "No subscription params provided. Please provide at least a `schema` or `table` to subscribe to: \(shown)")
    }

    static func notServed(_ spec: BindingSpec) -> BindingError {
        BindingError(
            message: "Unable to subscribe to changes with given parameters. "
                + "Please check Realtime is enabled for the given connect parameters: [\(spec.description)]")
    }

    static func exception(_ text: String, _ spec: BindingSpec) -> BindingError {
        BindingError(
            message: "Unable to subscribe to changes with given parameters. "
                + "An exception happened so please check your connect parameters: [\(spec.description)]. Exception: \(text)")
    }
}

extension JSONView {
    /// `true`, or the word as a string in any case, as upstream's payloads allow.
    var isTrue: Bool { bool ?? (string?.lowercased() == "true") }
}
