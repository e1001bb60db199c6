import JSON
import SQLite

/// Looks at every stored value once after a migration: what migrations write is seen by no capture, and output copies what is stored.
enum CanonicalCheck {
    /// Notes in a migration's transaction that the check is due, so that a start that fails does not lose it.
    static func require(on connection: Connection) throws(SQLiteError) {
        try connection.execute("INSERT OR REPLACE INTO sluice_state (name, value) VALUES ('\(SystemTables.State.unchecked)', 1)")
    }

    /// Reads all rows of all tables if the check is due: about a second per million rows.
    static func run(_ tables: [Table], on connection: Connection) throws(ConfigurationError) {
        let oddity: String?
        do throws(SQLiteError) { oddity = try check(tables, on: connection) } catch {
            throw ConfigurationError(file: "migrations", message: error.description)
        }
        if let oddity { throw ConfigurationError(file: "migrations", message: oddity) }
    }

    private static func check(_ tables: [Table], on connection: Connection) throws(SQLiteError) -> String? {
        let due = "FROM sluice_state WHERE name = '\(SystemTables.State.unchecked)'"
        guard try connection.first("SELECT 1 \(due)") != nil else { return nil }
        for table in tables {
            if let oddity = try firstOddity(of: table, on: connection) { return oddity }
        }
        try connection.execute("DELETE \(due)")
        return nil
    }

    private static func firstOddity(of table: Table, on connection: Connection) throws(SQLiteError) -> String? {
        let statement = try connection.prepare("SELECT \(table.columnsSQL()) FROM \(SQLText.quoted(table.name))")
        while try statement.step() {
            let row = statement.row()
            guard let column = table.columns.first(where: { !$0.type.isCanonical(row, $0.index) }) else { continue }
            var key: [UInt8] = []
            for place in table.primaryKey {
                if !key.isEmpty { key.appendText(", ") }
                table.columns[place].type.appendText(row, place, to: &key)
            }
            return "table \(table.name): column \(column.name) of row (\(String(decoding: key, as: UTF8.self))) holds no canonical "
                + "\(column.type.sqlName); repair it in a new migration"
        }
        return nil
    }
}
