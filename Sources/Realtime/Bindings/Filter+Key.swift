internal import SQLite
internal import Store

extension Filter {
    /// The key of the one row that can match, when the filter is nothing but an equality on each column of the primary key.
    func key(in table: Table) -> RowKey? {
        guard table.primaryKey.allSatisfy({ table.columns[$0].type.hasOneForm }) else { return nil }
        return predicate.key(in: table)
    }

    /// A column with the only value of it that rows may match with; nil when no condition says so in a way that an index can use.
    func equality(in table: Table, avoiding columns: Set<Int>) -> (column: Int, value: Value)? {
        for term in terms where !columns.contains(term.column) {
            if let found = term.predicate.equality(in: table) { return found }
        }
        return nil
    }
}

extension Predicate {
    /// See `Filter.equality`; also of a rule of access.
    func equality(in table: Table) -> (column: Int, value: Value)? {
        guard case .compare(let column, .equal, let value) = self, table.columns[column].type.hasOneForm else { return nil }
        return (column, value)
    }
}

extension ColumnType {
    /// Whether equal values of the type are equal bytes.
    fileprivate var hasOneForm: Bool {
        switch self {
        case .text, .varchar, .uuid, .bool, .int2, .int4, .int8, .timestamp, .timestamptz, .date, .time, .bytea: true
        case .float4, .float8, .numeric, .json, .jsonb, .array: false
        }
    }
}
