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

    /// A key as the journal holds it; nil when the bytes are no key of `table`.
    package init?(validating bytes: [UInt8], in table: Table) {
        guard let values = Row(validating: bytes, columns: table.primaryKey.count) else { return nil }
        self.values = values
    }

    /// As stored in the journal and in holds.
    package var bytes: [UInt8] { values.bytes }
}
