package import JSON

/// A write that goes over the socket.
package struct RowWrite: Hashable, Sendable {
    package enum Action: String, Sendable {
        case insert, update, upsert, delete
    }

    package var action: Action
    package var table: String
    /// An object; an array of them for several rows to insert or upsert.
    package var values: JSONValue?
    /// Which rows, as in `id=eq.7`.
    package var filter: String?
    /// Needed to update or delete without a filter.
    package var isForAllRows = false
    /// Whether the reply shows the rows as they stand then.
    package var isReturning = false
    /// At most 64 bytes; the same key again has no second effect.
    package var idempotencyKey: String?

    package init(_ action: Action, _ table: String, values: JSONValue? = nil, filter: String? = nil) {
        self.action = action
        self.table = table
        self.values = values
        self.filter = filter
    }

    var json: JSONValue {
        var members = [JSONValue.Member("table", .string(table))]
        if let values { members.append(.init("values", values)) }
        if let filter { members.append(.init("filter", .string(filter))) }
        if isForAllRows { members.append(.init("all", .bool(true))) }
        if isReturning { members.append(.init("returning", .bool(true))) }
        if let idempotencyKey { members.append(.init("idempotency_key", .string(idempotencyKey))) }
        return .object(members)
    }
}
