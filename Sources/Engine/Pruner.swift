import SQLite
import Store

/// Forgets what is older or larger than its table's file allows: journal rows, stored answers, audit rows.
///
/// At most `limit` rows of each kind in one block, oldest first, so that no block is long. A table's floor rises with what it loses.
struct Pruner {
    let connection: WriteConnection
    let configuration: EngineConfiguration
    /// Rows looked at in one block.
    static let limit: Int64 = 1_000
    /// How often to look when nothing was left over, microseconds of the clock.
    static let pause: Int64 = 1_000_000

    /// When to look again, on the clock.
    private(set) var nextDue: Int64 = 0
    /// Journal bytes of each table, by place.
    private var bytes: [Int64] = []
    /// Where the search for the oldest row of each table goes on.
    private var cursors: [Int64] = []

    init(connection: WriteConnection, configuration: EngineConfiguration) throws {
        self.connection = connection
        self.configuration = configuration
        try reload()
    }

    /// Sizes and floors as the file has them: at start, and after a block that was not committed.
    mutating func reload() throws {
        let size = try connection.statement("SELECT value FROM sluice_state WHERE name = ?")
        let floor = try connection.statement("SELECT floor FROM sluice_tables WHERE id = ?")
        bytes = []
        cursors = []
        for table in connection.tables {
            defer {
                size.reset()
                floor.reset()
            }
            try size.bind(.text(Self.name(table)), at: 1)
            bytes.append(try size.step() ? size.integer(0) : 0)
            try floor.bind(Int64(table.table.id), at: 1)
            cursors.append(try floor.step() ? floor.integer(0) : 0)
        }
        nextDue = 0
    }

    private static func name(_ table: WrittenTable) -> String { "journal_bytes:\(table.table.id)" }

    /// Counts what a block appended.
    mutating func note(_ changes: [Change], tables: [Emission]) throws {
        var added: [Int: Int64] = [:]
        for (change, emission) in zip(changes, tables) { added[emission.table.place, default: 0] += Self.size(change) }
        for (place, more) in added.sorted(by: { $0.key < $1.key }) { try setBytes(bytes[place] + more, place) }
    }

    /// The bytes of a change that the journal is charged with: its key and one whole image. The search for old rows says the same of a row.
    private static func size(_ change: Change) -> Int64 {
        Int64((change.new ?? change.old)?.bytes.count ?? 0) + Int64(change.key.bytes.count) + 64
    }

    private mutating func setBytes(_ size: Int64, _ place: Int) throws {
        bytes[place] = size
        try connection.run(
            "INSERT OR REPLACE INTO sluice_state (name, value) VALUES (?, ?)", .text(Self.name(connection.tables[place])), .integer(size))
    }

    /// Deletes what is too old at this time.
    /// - Returns: whether anything was deleted.
    mutating func prune(now: Int64, clock: Int64) throws -> Bool {
        guard clock >= nextDue else { return false }
        var deleted: Int64 = 0
        var isBehind = false
        for place in connection.tables.indices {
            let (rows, more) = try pruneJournal(place, clock: clock)
            deleted += rows
            isBehind = isBehind || more
        }
        for rows in [try pruneReplies(clock: clock), try pruneAudit(now: now)] {
            deleted += rows
            isBehind = isBehind || rows >= Self.limit
        }
        nextDue = isBehind ? clock : clock + Self.pause
        return deleted > 0
    }

    /// Stored answers that are too old or too many.
    private func pruneReplies(clock: Int64) throws -> Int64 {
        let stored = try connection.connection.first("SELECT value FROM sluice_state WHERE name = '\(ReplyStore.countName)'")?.integer ?? 0
        let oldest = "SELECT actor, key FROM sluice_replies"
        try connection.run(
            "DELETE FROM sluice_replies WHERE (actor, key) IN (\(oldest) WHERE clock < ? ORDER BY clock, actor, key LIMIT ?)",
            .integer(clock - configuration.replyAge), .integer(Self.limit))
        var deleted = Int64(connection.connection.changes)
        let excess = min(Self.limit, stored - deleted - configuration.replyLimit)
        if excess > 0 {
            try connection.run(
                "DELETE FROM sluice_replies WHERE (actor, key) IN (\(oldest) ORDER BY clock, actor, key LIMIT ?)", .integer(excess))
            deleted += Int64(connection.connection.changes)
        }
        if deleted > 0 { try ReplyStore.count(-deleted, on: connection) }
        return deleted
    }

    private func pruneAudit(now: Int64) throws -> Int64 {
        try connection.run(
            "DELETE FROM sluice_audit WHERE id IN (SELECT id FROM sluice_audit WHERE time < ? ORDER BY id LIMIT ?)",
            .integer(now - configuration.auditAge), .integer(Self.limit))
        return Int64(connection.connection.changes)
    }

    /// Goes on from the table's cursor over at most `limit` rows of the journal, whosever they are.
    private mutating func pruneJournal(_ place: Int, clock: Int64) throws -> (deleted: Int64, isBehind: Bool) {
        let table = connection.tables[place]
        let retention = table.policy.journal
        guard retention.ageMicroseconds != nil || retention.bytes != nil, table.isRealtime || bytes[place] > 0 else { return (0, false) }
        let oldest = retention.ageMicroseconds.map { clock - $0 } ?? .min
        let largest = retention.bytes ?? .max
        let select = try connection.statement(
            """
            SELECT sequence, table_id, clock, length(key) + length(COALESCE(new, old)) + 64
            FROM sluice_journal WHERE sequence > ? ORDER BY sequence LIMIT ?
            """)
        try select.bind(cursors[place], at: 1)
        try select.bind(Self.limit, at: 2)
        var doomed: [Int64] = []
        var seen: Int64 = 0
        var left = bytes[place]
        var isDone = false
        while !isDone, try select.step() {
            seen += 1
            if select.integer(1) != Int64(table.table.id) {
                cursors[place] = select.integer(0)
            } else if select.integer(2) < oldest || left > largest {
                cursors[place] = select.integer(0)
                doomed.append(select.integer(0))
                left -= select.integer(3)
            } else {
                isDone = true
            }
        }
        select.reset()
        for sequence in doomed { try connection.run("DELETE FROM sluice_journal WHERE sequence = ?", .integer(sequence)) }
        if let last = doomed.last {
            try connection.run(
                "UPDATE sluice_tables SET floor = max(floor, ?) WHERE id = ?", .integer(last), .integer(Int64(table.table.id)))
            try setBytes(max(0, left), place)
        }
        return (Int64(doomed.count), !isDone && seen == Self.limit)
    }
}
