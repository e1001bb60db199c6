import SQLite

/// Turns rows of `sluice_journal` into changes; keeps the layouts it has met.
struct JournalReader {
    /// In the order in which `change` reads them.
    static let columnsSQL = "sequence, table_id, key, kind, layout, old, new, time, role, sub, held"

    private let tables: [Int: Table]
    private var layouts: [Int64: JournalLayout] = [:]

    init(schema: Schema) {
        tables = Dictionary(schema.tables.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func knows(table: Int) -> Bool { tables[table] != nil }

    /// The change in the statement's current row; nil when its table is gone.
    /// - Throws: `corrupt` when the entry cannot be read.
    mutating func change(_ statement: Statement, on connection: Connection) throws(SQLiteError) -> Change? {
        guard let table = tables[Int(statement.integer(1))] else { return nil }
        let sequence = statement.integer(0)
        guard let kind = Change.Kind(rawValue: UInt8(clamping: statement.integer(3))) else { throw Self.corrupt(sequence, "kind") }
        let layout = try layout(statement.integer(4), of: table, on: connection)
        let new = try image(statement, 6, layout, sequence)
        var old: Row?
        if case .blob(let bytes) = statement.value(5) {
            old = new.map { JournalEntry.old(from: bytes, new: $0) } ?? Row(validating: bytes, columns: layout.count)
            if old == nil { throw Self.corrupt(sequence, "old image") }
        }
        guard (new == nil) == (kind == .delete), (old == nil) == (kind == .insert), case .blob(let keyBytes) = statement.value(2),
            let key = RowKey(validating: keyBytes, in: table)
        else { throw Self.corrupt(sequence, "images or key") }
        return Change(
            sequence: SequenceNumber(sequence), kind: kind, table: table, key: key, old: old.map(layout.today), new: new.map(layout.today),
            committedAt: statement.integer(7),
            actor: ChangeActor(role: statement.string(8) ?? "", subject: statement.value(9).utf8), isHeld: statement.integer(10) != 0)
    }

    private func image(_ statement: Statement, _ column: Int, _ layout: JournalLayout, _ sequence: Int64) throws(SQLiteError) -> Row? {
        guard case .blob(let bytes) = statement.value(column) else { return nil }
        guard let row = Row(validating: bytes, columns: layout.count) else { throw Self.corrupt(sequence, "new image") }
        return row
    }

    private mutating func layout(_ id: Int64, of table: Table, on connection: Connection) throws(SQLiteError) -> JournalLayout {
        if let layout = layouts[id] { return layout }
        let statement = try connection.prepare("SELECT columns FROM sluice_layouts WHERE id = ?")
        try statement.bind(id, at: 1)
        guard try statement.step(), let text = statement.value(0).utf8, let layout = JournalLayout(text: text, table: table) else {
            throw SQLiteError(code: .corrupt, message: "layout \(id) of table \(table.name) cannot be read", operation: "read journal")
        }
        layouts[id] = layout
        return layout
    }

    private static func corrupt(_ sequence: Int64, _ what: String) -> SQLiteError {
        SQLiteError(code: .corrupt, message: "\(what) of journal entry \(sequence) cannot be read", operation: "read journal")
    }
}
