package import SQLite

/// A table as everyone may see it: its columns, keys and constraints, and what its file in `config/tables` declares.
package final class Table: Sendable {
    /// The table's number in this file, stable for the file's life (`sluice_tables.id`).
    package let id: Int
    package let name: String
    package let columns: [Column]
    /// Places of the primary key's columns, in key order; never empty.
    package let primaryKey: [Int]
    package let uniques: [UniqueConstraint]
    package let foreignKeys: [ForeignKey]
    package let checks: [CheckConstraint]
    /// Nil when the table has no file: refused to all but `service_role`, and silent.
    package let policy: TablePolicy?
    /// SHA-256 of what clients can tell of the table: columns, keys, and its file but for `throttle` and `journal`. Another digest than
    /// the one in `sluice_tables` means that earlier journal entries are no whole history any more: the engine raises the floor.
    package let digest: [UInt8]
    private let places: [String: Int]

    package init(
        id: Int, name: String, columns: [Column], primaryKey: [Int], uniques: [UniqueConstraint] = [], foreignKeys: [ForeignKey] = [],
        checks: [CheckConstraint] = [], policy: TablePolicy?, digest: [UInt8] = []
    ) {
        self.id = id
        self.name = name
        self.columns = columns
        self.primaryKey = primaryKey
        self.uniques = uniques
        self.foreignKeys = foreignKeys
        self.checks = checks
        self.policy = policy
        self.digest = digest
        places = Dictionary(columns.map { ($0.name, $0.index) }, uniquingKeysWith: { first, _ in first })
    }

    /// All columns quoted and in order, for SELECT and RETURNING: the result's places are the table's.
    package func columnsSQL(alias: String? = nil) -> String {
        let prefix = alias.map { SQLText.quoted($0) + "." } ?? ""
        return columns.map { prefix + SQLText.quoted($0.name) }.joined(separator: ", ")
    }

    /// The place of a column; nil when the table has none of that name.
    package func place(of column: String) -> Int? { places[column] }
}

package struct Column: Hashable, Sendable {
    /// Place in the table, from 0; also its place in every `Row` of the table.
    package let index: Int
    package let name: String
    package let type: ColumnType
    package let isNotNull: Bool
    /// The default's SQL text, nil when there is none.
    package let defaultSQL: String?
    /// The default when it is a literal, otherwise NULL: what rows and journal entries from before the column have in it.
    package let defaultValue: Value
    /// GENERATED ALWAYS AS … STORED; VIRTUAL ones are refused, so that a place is also the place in what the capture reports.
    package let isGenerated: Bool

    package init(
        index: Int, name: String, type: ColumnType, isNotNull: Bool, defaultSQL: String?, defaultValue: Value = .null,
        isGenerated: Bool = false
    ) {
        self.index = index
        self.name = name
        self.type = type
        self.isNotNull = isNotNull
        self.defaultSQL = defaultSQL
        self.defaultValue = defaultValue
        self.isGenerated = isGenerated
    }
}

package struct UniqueConstraint: Hashable, Sendable {
    /// PostgreSQL's default name unless the schema gives one: `<table>_pkey`, `<table>_<columns>_key`.
    package let name: String
    package let columns: [Int]
    package let isPrimaryKey: Bool
    package init(name: String, columns: [Int], isPrimaryKey: Bool) {
        self.name = name
        self.columns = columns
        self.isPrimaryKey = isPrimaryKey
    }
}

package struct ForeignKey: Hashable, Sendable {
    /// `<table>_<columns>_fkey` unless the schema gives a name.
    package let name: String
    package let columns: [Int]
    package let target: String
    package let targetColumns: [String]
    package init(name: String, columns: [Int], target: String, targetColumns: [String]) {
        self.name = name
        self.columns = columns
        self.target = target
        self.targetColumns = targetColumns
    }
}

package struct CheckConstraint: Hashable, Sendable {
    /// As SQLite reports it: the constraint's name, or the expression's text.
    package let reported: String
    /// `<table>_<column>_check` (or `<table>_check` for several columns) unless named.
    package let name: String
    /// The columns that its expression names, as the table spells them.
    package let columns: [String]
    package init(reported: String, name: String, columns: [String]) {
        self.reported = reported
        self.name = name
        self.columns = columns
    }
}
