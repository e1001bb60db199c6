import SQLite
import Store

/// The row changes of one top-level statement: several captures of a row make one change.
enum StatementChanges {
    /// First old image, last new image of each row; a row that came and went makes none.
    ///
    /// Tables stand in the order of their first capture, rows of a table in key order. An update of the key is a delete and an insert.
    static func collapse(_ captured: ArraySlice<CapturedChange>, tables: [WrittenTable]) -> [RowChange] {
        if captured.count == 1, let only = captured.first, let change = single(only, tables[only.table]) { return [change] }
        var collector = Collector()
        for change in captured { collector.add(change, tables[change.table]) }
        return collector.finish()
    }

    /// The common case without a dictionary; nil when the key changed.
    private static func single(_ captured: CapturedChange, _ table: WrittenTable) -> RowChange? {
        let old = captured.old.map(table.image)
        let new = captured.new.map(table.image)
        if let old, let new, !table.hasSameKey(old, new) { return nil }
        guard let row = new ?? old else { return nil }
        return RowChange(table: table, key: RowKey(of: row, in: table.table), old: old, new: new)
    }

    private struct Collector {
        private struct Place: Hashable {
            let table: Int
            let key: RowKey
        }
        private struct Images {
            let table: WrittenTable
            let key: RowKey
            let old: Row?
            var new: Row?
        }
        private var changes: [Images] = []
        private var places: [Place: Int] = [:]
        private var ranks: [Int: Int] = [:]

        mutating func add(_ captured: CapturedChange, _ table: WrittenTable) {
            let old = captured.old.map(table.image)
            let new = captured.new.map(table.image)
            if let old, let new, table.hasSameKey(old, new) {
                note(table, RowKey(of: new, in: table.table), old: old, new: new)
                return
            }
            if let old { note(table, RowKey(of: old, in: table.table), old: old, new: nil) }
            if let new { note(table, RowKey(of: new, in: table.table), old: nil, new: new) }
        }

        private mutating func note(_ table: WrittenTable, _ key: RowKey, old: Row?, new: Row?) {
            let place = Place(table: table.place, key: key)
            if let index = places[place] {
                changes[index].new = new
                return
            }
            if ranks[table.place] == nil { ranks[table.place] = ranks.count }
            places[place] = changes.count
            changes.append(Images(table: table, key: key, old: old, new: new))
        }

        func finish() -> [RowChange] {
            let sorted = changes.filter { $0.old != nil || $0.new != nil }.sorted { left, right in
                let one = ranks[left.table.place] ?? 0
                let two = ranks[right.table.place] ?? 0
                return one == two ? RowKey.precedes(left.key, right.key) : one < two
            }
            return sorted.map { RowChange(table: $0.table, key: $0.key, old: $0.old, new: $0.new) }
        }
    }
}

extension WrittenTable {
    func hasSameKey(_ left: Row, _ right: Row) -> Bool {
        table.primaryKey.allSatisfy { left.hasSameValue(at: $0, as: right) }
    }
}
