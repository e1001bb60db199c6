import SQLite
import Store

/// Which columns a stored image has, by the number kept beside it: images outlive ADD COLUMN.
final class Layouts {
    private var current: [Int: Int64] = [:]
    private var names: [Int64: [String]] = [:]

    /// Reads the layouts and records the tables' present ones.
    init(_ connection: WriteConnection) throws {
        for table in connection.tables {
            let columns = Self.text(table.table.columns.map(\.name))
            let find = try connection.statement("SELECT id FROM sluice_layouts WHERE table_id = ? AND columns = ?")
            defer { find.reset() }
            try find.bind(Int64(table.table.id), at: 1)
            try find.bind(.text(columns), at: 2)
            if try find.step() {
                current[table.place] = find.integer(0)
                continue
            }
            try connection.run("INSERT INTO sluice_layouts (table_id, columns) VALUES (?, ?)", .integer(Int64(table.table.id)), .text(columns))
            current[table.place] = try connection.connection.first("SELECT max(id) FROM sluice_layouts")?.integer
        }
        let all = try connection.statement("SELECT id, columns FROM sluice_layouts")
        defer { all.reset() }
        while try all.step() { names[all.integer(0)] = Self.names(all.string(1) ?? "") }
    }

    func id(of table: WrittenTable) -> Int64 { current[table.place] ?? 0 }

    /// A stored image as a row of the table as it is now; columns added since are null.
    func row(_ bytes: [UInt8], layout: Int64, of table: WrittenTable) -> Row? {
        guard let columns = names[layout], let stored = Row(validating: bytes, columns: columns.count) else { return nil }
        if layout == current[table.place] { return stored }
        var builder = Row.Builder(columns: table.table.columns.count, reserving: bytes.count)
        for column in table.table.columns {
            if let place = columns.firstIndex(of: column.name) { builder.append(stored, place) } else { builder.appendNull() }
        }
        return builder.take()
    }

    private static func text(_ columns: [String]) -> String { columns.joined(separator: ",") }
    private static func names(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }
}
