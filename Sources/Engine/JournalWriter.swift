import SQLite
import Store

/// Appends changes to the durable table of changes.
struct JournalWriter {
    let connection: WriteConnection
    let layouts: Layouts
    /// The newest sequence in the file; moved on only after COMMIT.
    var head: SequenceNumber

    /// Gives emissions their sequences, gapless behind the head, and writes them.
    func append(_ emissions: [Emission], now: Int64, clock: Int64) throws -> [Change] {
        guard !emissions.isEmpty else { return [] }
        let insert = try connection.statement(
            """
            INSERT INTO sluice_journal (sequence, table_id, key, kind, layout, old, new, time, clock, role, sub, held)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        var changes: [Change] = []
        changes.reserveCapacity(emissions.count)
        var sequence = head
        for emission in emissions {
            sequence = sequence.next
            let change = Change(
                sequence: sequence, kind: emission.kind, table: emission.table.table, key: emission.key, old: emission.old,
                new: emission.new, committedAt: now, actor: emission.actor, isHeld: emission.isHeld)
            try insert.bind(sequence.rawValue, at: 1)
            try insert.bind(Int64(emission.table.table.id), at: 2)
            try insert.bind(.blob(emission.key.bytes), at: 3)
            try insert.bind(Int64(change.kind.rawValue), at: 4)
            try insert.bind(layouts.id(of: emission.table), at: 5)
            try insert.bind(change.old.map { .blob($0.bytes) } ?? .null, at: 6)
            try insert.bind(change.new.map { .blob($0.bytes) } ?? .null, at: 7)
            try insert.bind(now, at: 8)
            try insert.bind(clock, at: 9)
            try insert.bind(.text(emission.actor.role), at: 10)
            try insert.bind(emission.actor.subject.map { .text($0) } ?? .null, at: 11)
            try insert.bind(emission.isHeld ? 1 : 0, at: 12)
            try insert.run()
            changes.append(change)
        }
        return changes
    }
}
