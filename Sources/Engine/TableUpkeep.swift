import SQLite
import Store

/// What a table asks for at start when its columns or its file changed since the last one.
enum TableUpkeep {
    /// Raises the floor of each changed table to the head, and makes its rows whole.
    ///
    /// A row written before ALTER TABLE … ADD COLUMN lacks the column in the file; SQLite 3.40 shows such a value as NULL to the
    /// pre-update hook, whatever the default. So every row is written once more: from then on no row is short.
    /// Within a transaction, before changes are captured.
    static func run(_ tables: [Table], head: SequenceNumber, on connection: Connection) throws(SQLiteError) {
        let find = try connection.prepare("SELECT digest FROM sluice_tables WHERE id = ?")
        let raise = try connection.prepare("UPDATE sluice_tables SET floor = max(floor, ?), digest = ? WHERE id = ?")
        let note = try connection.prepare("INSERT OR REPLACE INTO sluice_state (name, value) VALUES (?, ?)")
        for table in tables {
            defer { find.reset() }
            try find.bind(Int64(table.id), at: 1)
            if try find.step(), find.value(0) != .blob(table.digest) {
                try raise.bind(head.rawValue, at: 1)
                try raise.bind(.blob(table.digest), at: 2)
                try raise.bind(Int64(table.id), at: 3)
                try raise.run()
            }
            let name = "whole:\(table.id)"
            guard try connection.first("SELECT value FROM sluice_state WHERE name = \(name.literal)") != .blob(table.digest) else {
                continue
            }
            if let column = table.columns.first(where: { !$0.isGenerated && !table.primaryKey.contains($0.index) }),
                table.columns.contains(where: { $0.defaultSQL != nil })
            {
                try connection.execute("UPDATE \(table.name.quoted) SET \(column.name.quoted) = \(column.name.quoted)")
            }
            try note.bind(.text(name), at: 1)
            try note.bind(.blob(table.digest), at: 2)
            try note.run()
        }
    }
}
