internal import SQLite
internal import Store

/// Sorts whole rows in memory as an ORDER BY would: what writes and functions give back.
struct RowOrder: Sendable {
    private struct Key: Sendable {
        var column: Int
        var isDescending: Bool
        var putsNullsFirst: Bool
    }

    private let table: Table
    private var keys: [Key] = []

    init(_ terms: [OrderTerm], in table: Table) throws(RequestError) {
        self.table = table
        for term in terms {
            if let relation = term.relation { throw .notEmbedded(relation) }
            guard let column = table.place(of: term.field.name) else { throw .noColumn(term.field.name, of: table.name) }
            guard term.field.path.isEmpty else { throw .notImplemented("an order by a JSON path here") }
            keys.append(Key(column: column, isDescending: term.isDescending, putsNullsFirst: term.putsNullsFirst))
        }
    }

    /// Stable: equal rows stay in the order they came in.
    func sorted(_ rows: [Row]) -> [Row] {
        guard !keys.isEmpty, rows.count > 1 else { return rows }
        return rows.enumerated().sorted { left, right in
            precedes(left.element, right.element) ?? (left.offset < right.offset)
        }.map(\.element)
    }

    /// Nil when the keys do not tell.
    private func precedes(_ left: Row, _ right: Row) -> Bool? {
        for key in keys {
            switch (left.isNull(at: key.column), right.isNull(at: key.column)) {
            case (true, true): continue
            case (true, false): return key.putsNullsFirst
            case (false, true): return !key.putsNullsFirst
            case (false, false): break
            }
            // The filters' own comparison, so that memory and SQL agree on every type.
            if isLess(left, right, key.column) { return !key.isDescending }
            if isLess(right, left, key.column) { return key.isDescending }
        }
        return nil
    }

    private func isLess(_ left: Row, _ right: Row, _ column: Int) -> Bool {
        Predicate.compare(column: column, .less, right.value(at: column)).matches(left, in: table) ?? false
    }
}
