import SQLite
import Store

/// The throttle: which changes go out now, and which rows are held back until when.
///
/// Invariant: a committed row differs from its last emitted image (the touched column aside) if and only if it has a hold. The holds
/// stand in the file, in the transaction that wrote the row; what is kept here besides is found again in the journal.
struct EmissionBook {
    /// Holds fall due on this grid of the clock, microseconds, so that many go out in one block.
    static let grid: Int64 = 20_000

    private var holds: [RowPlace: Hold] = [:]
    private var recent = RecentEmissions(interval: 0)
    private var schedule = HoldSchedule()

    /// When the next hold falls due.
    var nextDue: Int64? { schedule.next }

    /// Takes the holds that are due out of the schedule, oldest first, then by table and key. They stand until `release`.
    mutating func takeDue(at clock: Int64) -> [RowPlace] {
        schedule.takeDue(at: clock).filter { entry in holds[entry.row].map { $0.due == entry.due } ?? false }.map(\.row)
    }

    /// What a due hold emits: one update from the image last emitted to the row as it stands.
    mutating func release(_ row: RowPlace, _ table: WrittenTable, now image: Row?, clock: Int64, file: HoldFile) throws -> Emission? {
        guard let hold = holds[row] else { return nil }
        try drop(row, file)
        guard let image, !ColumnSet(differing: hold.image, image).isSubset(of: table.touched) else { return nil }
        recent.note(row, at: clock)
        return Emission(table: table, key: row.key, old: hold.image, new: image, actor: .system, isHeld: true)
    }

    /// Decides about one row change, in the order of the block.
    /// - Returns: what goes out now; nil when nothing does.
    mutating func decide(_ change: RowChange, actor: ChangeActor, clock: Int64, file: HoldFile) throws -> Emission? {
        let table = change.table
        guard let throttle = table.throttle else {
            if change.old != nil, change.new != nil, !change.isSeen { return nil }
            return Emission(table: table, key: change.key, old: change.old, new: change.new, actor: actor, isHeld: false)
        }
        let row = RowPlace(table: table.place, key: change.key)
        guard let old = change.old, let new = change.new else {
            let hold = holds[row]
            if hold != nil { try drop(row, file) }
            if change.new == nil { recent.forget(row) } else { recent.note(row, at: clock) }
            return Emission(
                table: table, key: change.key, old: hold?.image ?? change.old, new: change.new, actor: actor, isHeld: hold != nil)
        }
        guard change.isSeen else { return nil }
        if let hold = holds[row] {
            if change.isThrottled {
                // A row with a hold differs from its image in throttled columns only: back there, it has nothing to tell.
                if throttle.columns.allSatisfy({ hold.image.hasSameValue(at: $0, as: new) }) { try drop(row, file) }
                return nil
            }
            try drop(row, file)
            recent.note(row, at: clock)
            return Emission(table: table, key: change.key, old: hold.image, new: new, actor: actor, isHeld: true)
        }
        if change.isThrottled, let last = recent.time(of: row), clock - last < throttle.intervalMicroseconds {
            let due = (last + throttle.intervalMicroseconds + Self.grid - 1) / Self.grid * Self.grid
            try add(Hold(due: due, image: old), row, table, file)
            return nil
        }
        recent.note(row, at: clock)
        return Emission(table: table, key: change.key, old: old, new: new, actor: actor, isHeld: false)
    }

    private mutating func add(_ hold: Hold, _ row: RowPlace, _ table: WrittenTable, _ file: HoldFile) throws {
        try file.insert(hold, row, table)
        holds[row] = hold
        schedule.add(row, due: hold.due)
    }

    private mutating func drop(_ row: RowPlace, _ file: HoldFile) throws {
        try file.delete(row)
        holds[row] = nil
    }

    // MARK: Start

    /// The book as the file has it: at start, and after a block that was not committed.
    static func read(_ file: HoldFile, clock: Int64) throws -> EmissionBook {
        var book = EmissionBook()
        for (row, hold) in try file.all() {
            book.holds[row] = hold
            book.schedule.add(row, due: hold.due)
        }
        let interval = file.connection.tables.compactMap { $0.throttle?.intervalMicroseconds }.max() ?? 0
        book.recent = RecentEmissions(interval: interval)
        for (row, time, kind) in try file.emissions(since: clock - interval) {
            if kind == .delete { book.recent.forget(row) } else { book.recent.note(row, at: time) }
        }
        return book
    }
}
