import SQLite
import Store

/// What one statement did to one row: whole images, equal to the row before and after the statement.
struct RowChange {
    let table: WrittenTable
    let key: RowKey
    let old: Row?
    let new: Row?
    /// The columns in which an update's images differ; every column of an insert, none of a delete.
    let differing: ColumnSet

    init(table: WrittenTable, key: RowKey, old: Row?, new: Row?) {
        self.table = table
        self.key = key
        self.old = old
        self.new = new
        if let old, let new { differing = ColumnSet(differing: old, new) } else { differing = new == nil ? ColumnSet() : table.columns }
    }

    /// Whether subscribers can tell the images apart: the touched column alone does not count.
    var isSeen: Bool { !differing.isSubset(of: table.touched) }

    /// Whether nothing but throttled columns, and the touched one, differs.
    var isThrottled: Bool { differing.isSubset(of: table.throttled) }
}

extension RowKey {
    /// The order of keys within a statement: column by column, as SQLite sorts values.
    static func precedes(_ left: RowKey, _ right: RowKey) -> Bool {
        for column in 0..<min(left.values.count, right.values.count) {
            guard !left.values.hasSameValue(at: column, as: right.values) else { continue }
            let one = left.values.kind(at: column)
            let two = right.values.kind(at: column)
            switch (one, two) {
            case (.integer, .integer): return (left.values.integer(at: column) ?? 0) < (right.values.integer(at: column) ?? 0)
            case (.integer, .real), (.real, .integer), (.real, .real): return left.number(column) < right.number(column)
            case (.text, .text), (.blob, .blob):
                return left.values.slice(at: column).lexicographicallyPrecedes(right.values.slice(at: column))
            default: return one.rawValue < two.rawValue
            }
        }
        return left.values.count < right.values.count
    }

    private func number(_ column: Int) -> Double {
        values.real(at: column) ?? Double(values.integer(at: column) ?? 0)
    }
}
