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
        let insert = try connection.statement(JournalEntry.insertSQL)
        var changes: [Change] = []
        changes.reserveCapacity(emissions.count)
        var sequence = head
        for emission in emissions {
            sequence = sequence.next
            let change = Change(
                sequence: sequence, kind: emission.kind, table: emission.table.table, key: emission.key, old: emission.old,
                new: emission.new, committedAt: now, actor: emission.actor, isHeld: emission.isHeld)
            try JournalEntry.bind(change, layout: layouts.id(of: emission.table), clock: clock, to: insert)
            try insert.run()
            changes.append(change)
        }
        return changes
    }
}
