import SQLite
import Store

/// The holds as they stand in `sluice_holds`.
struct HoldFile {
    let connection: WriteConnection
    let layouts: Layouts

    func insert(_ hold: Hold, _ row: RowPlace, _ table: WrittenTable) throws {
        let insert = try connection.statement("INSERT INTO sluice_holds (table_id, key, due, layout, image) VALUES (?, ?, ?, ?, ?)")
        try insert.bind(Int64(table.table.id), at: 1)
        try insert.bind(.blob(row.key.bytes), at: 2)
        try insert.bind(hold.due, at: 3)
        try insert.bind(layouts.id(of: table), at: 4)
        try insert.bind(.blob(hold.image.bytes), at: 5)
        try insert.run()
    }

    func delete(_ row: RowPlace) throws {
        let delete = try connection.statement("DELETE FROM sluice_holds WHERE table_id = ? AND key = ?")
        try delete.bind(Int64(connection.tables[row.table].table.id), at: 1)
        try delete.bind(.blob(row.key.bytes), at: 2)
        try delete.run()
    }

    /// Every hold of a table that is still throttled.
    func all() throws -> [(RowPlace, Hold)] {
        let select = try connection.statement("SELECT table_id, key, due, layout, image FROM sluice_holds ORDER BY due, table_id, key")
        defer { select.reset() }
        var holds: [(RowPlace, Hold)] = []
        while try select.step() {
            guard let table = table(select.integer(0)), table.throttle != nil, case .blob(let key) = select.value(1),
                case .blob(let image) = select.value(4), let key = RowKey(validating: key, in: table.table),
                let row = layouts.row(image, layout: select.integer(3))
            else { continue }
            holds.append((RowPlace(table: table.place, key: key), Hold(due: select.integer(2), image: row)))
        }
        return holds
    }

    /// The rows of throttled tables that were emitted after a time of the clock, oldest first.
    func emissions(since clock: Int64) throws -> [(RowPlace, time: Int64, kind: Change.Kind)] {
        // From the newest back to the first that is too old: times never fall along the journal.
        let select = try connection.statement("SELECT table_id, key, kind, clock FROM sluice_journal ORDER BY sequence DESC")
        defer { select.reset() }
        var emissions: [(RowPlace, time: Int64, kind: Change.Kind)] = []
        while try select.step(), select.integer(3) > clock {
            guard let table = table(select.integer(0)), table.throttle != nil, case .blob(let key) = select.value(1),
                let key = RowKey(validating: key, in: table.table),
                let kind = Change.Kind(rawValue: UInt8(truncatingIfNeeded: select.integer(2)))
            else { continue }
            emissions.append((RowPlace(table: table.place, key: key), select.integer(3), kind))
        }
        return emissions.reversed()
    }

    private func table(_ id: Int64) -> WrittenTable? { connection.tables.first { $0.table.id == id } }
}
