import Store

/// Which holds fall due when. Entries of holds that went early stay until their time and are then passed over.
struct HoldSchedule {
    private var rows: [Int64: [RowPlace]] = [:]
    /// The times in `rows`, ascending. A few dozen: all lie within one interval on the grid.
    private var times: [Int64] = []

    var next: Int64? { times.first }

    mutating func add(_ row: RowPlace, due: Int64) {
        if rows[due] == nil {
            let place = times.lastIndex { $0 < due }.map { $0 + 1 } ?? 0
            times.insert(due, at: place)
        }
        rows[due, default: []].append(row)
    }

    mutating func takeDue(at clock: Int64) -> [(row: RowPlace, due: Int64)] {
        var taken: [(row: RowPlace, due: Int64)] = []
        while let time = times.first, time <= clock {
            times.removeFirst()
            // A row may stand twice, when its hold went early and another of the same time came.
            let due = Set(rows.removeValue(forKey: time) ?? [])
            let sorted = due.sorted { $0.table == $1.table ? RowKey.precedes($0.key, $1.key) : $0.table < $1.table }
            taken += sorted.map { ($0, time) }
        }
        return taken
    }
}
