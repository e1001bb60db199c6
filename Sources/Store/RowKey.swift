package import SQLite

/// The primary key of a row: its values packed, so that equal keys are equal bytes.
package struct RowKey: Hashable, Sendable {
    package let values: Row

    package init(_ values: Row) { self.values = values }

    /// The key of a whole row of `table`.
    package init(of row: Row, in table: Table) {
        var builder = Row.Builder(columns: table.primaryKey.count)
        for column in table.primaryKey { builder.append(row, column) }
        values = builder.take()
    }

    /// As stored in the journal and in holds.
    package var bytes: [UInt8] { values.bytes }
}
