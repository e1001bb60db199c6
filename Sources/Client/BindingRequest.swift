import JSON

/// Which row changes a channel asks for: one entry of `postgres_changes`.
package struct BindingRequest: Hashable, Sendable {
    package var table: String
    package var schema = "public"
    /// `*`, `INSERT`, `UPDATE` or `DELETE`.
    package var event = "*"
    /// As in `status=eq.uploading`.
    package var filter: String?
    /// Columns to show; empty shows all.
    package var columns: [String] = []
    /// Tells of a row that stops matching the filter, as a DELETE with its key.
    package var tellsLeaving = false

    package init(table: String) { self.table = table }

    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("event", .string(event)), .init("schema", .string(schema)), .init("table", .string(table)),
        ]
        if let filter { members.append(.init("filter", .string(filter))) }
        if !columns.isEmpty { members.append(.init("select", .array(columns.map { .string($0) }))) }
        if tellsLeaving { members.append(.init("leave", .bool(true))) }
        return .object(members)
    }
}
