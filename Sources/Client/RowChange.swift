package import JSON

/// One INSERT, UPDATE or DELETE as the broker told it.
package struct RowChange: Sendable {
    /// The channel's name.
    package let channel: String
    /// The whole `data` object: `commit_timestamp`, `columns`, `actor`, `errors`, …
    package let data: JSONView
    package let table: String
    /// `INSERT`, `UPDATE` or `DELETE`.
    package let kind: String
    /// Its place; nil when the broker keeps none.
    package let cursor: Cursor?

    init?(channel: String, payload: JSONView) {
        guard let data = payload["data"], let table = data["table"]?.string, let kind = data["type"]?.string else { return nil }
        self.channel = channel
        self.data = data
        self.table = table
        self.kind = kind
        cursor = Cursor(data)
    }

    /// The row as it is now; nil on DELETE.
    package var record: JSONView? { data["record"] }
    /// What is shown of the row as it was; nil on INSERT.
    package var oldRecord: JSONView? { data["old_record"] }
}

extension Cursor {
    /// From an object with `sequence` and `epoch`.
    init?(_ object: JSONView?) {
        guard let sequence = object?["sequence"]?.int64, let epoch = object?["epoch"]?.string else { return nil }
        self.init(epoch: epoch, sequence: sequence)
    }
}
