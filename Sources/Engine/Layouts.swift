import SQLite
import Store

/// Which columns a stored image has, by the number kept beside it: images outlive ADD COLUMN.
final class Layouts {
    private var current: [Int: Int64] = [:]
    private var known: [Int64: JournalLayout] = [:]

    /// Reads the layouts and records the tables' present ones.
    init(_ connection: WriteConnection) throws(SQLiteError) {
        for table in connection.tables {
            let id = Value.integer(Int64(table.table.id))
            let columns = JournalLayout.text(of: table.table)
            try connection.run("INSERT OR IGNORE INTO sluice_layouts (table_id, columns) VALUES (?, ?)", id, .text(columns))
            let select = try connection.statement("SELECT id, columns FROM sluice_layouts WHERE table_id = ?")
            defer { select.reset() }
            try select.bind(id, at: 1)
            while try select.step() {
                guard let text = select.value(1).utf8, let layout = JournalLayout(text: text, table: table.table) else { continue }
                known[select.integer(0)] = layout
                if text == Array(columns.utf8) { current[table.place] = select.integer(0) }
            }
        }
    }

    func id(of table: WrittenTable) -> Int64 { current[table.place] ?? 0 }

    /// A stored image as a row of the table as it is now; columns added since have their default.
    func row(_ bytes: [UInt8], layout: Int64) -> Row? {
        guard let layout = known[layout] else { return nil }
        return Row(validating: bytes, columns: layout.count).map(layout.today)
    }
}
