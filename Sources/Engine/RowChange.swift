import SQLite
import Store

/// What one statement did to one row: whole images, equal to the row before and after the statement.
struct RowChange {
    let table: WrittenTable
    let key: RowKey
    var old: Row?
    var new: Row?

    /// How two images of the row differ, by value.
    enum Difference { case none, touchOnly, throttledOnly, other }

    static func difference(from old: Row, to new: Row, in table: WrittenTable) -> Difference {
        var difference = Difference.none
        for column in 0..<table.table.columns.count where !old.hasSameValue(at: column, as: new) {
            if column == table.touch {
                if difference == .none { difference = .touchOnly }
            } else if let throttle = table.throttle, throttle.columns.contains(column) {
                difference = .throttledOnly
            } else {
                return .other
            }
        }
        return difference
    }
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
            case (.text, .text), (.blob, .blob): return left.values.slice(at: column).lexicographicallyPrecedes(right.values.slice(at: column))
            default: return one.rawValue < two.rawValue
            }
        }
        return left.values.count < right.values.count
    }

    private func number(_ column: Int) -> Double {
        values.real(at: column) ?? Double(values.integer(at: column) ?? 0)
    }
}
