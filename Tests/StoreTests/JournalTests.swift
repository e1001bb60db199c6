import Access
import SQLite
import Testing

@testable import Store

@Suite("Journal") struct JournalTests {
    private let store: TemporaryStore

    init() throws { store = try TemporaryStore() }

    private static let migration = """
        CREATE TABLE t (id integer PRIMARY KEY, a text, b float8 real, c bytea blob);
        CREATE TABLE u (id integer PRIMARY KEY);
        """

    /// Writes changes of `t` with sequences from 1, as the engine does.
    private func write(_ changes: [Change], layout text: String? = nil) throws {
        let table = try #require(changes.first?.table)
        let insert = try store.connection.prepare(
            "INSERT INTO sluice_layouts (table_id, columns) VALUES (?, ?) ON CONFLICT DO UPDATE SET table_id = table_id RETURNING id")
        try insert.bind(Int64(table.id), at: 1)
        try insert.bind(.text(text ?? JournalLayout.text(of: table)), at: 2)
        try #require(try insert.step())
        let layout = insert.integer(0)
        insert.reset()
        let journal = try store.connection.prepare(JournalEntry.insertSQL)
        for change in changes {
            try JournalEntry.bind(change, layout: layout, clock: 0, to: journal)
            try journal.run()
        }
        let head = changes.map(\.sequence.rawValue).max() ?? 0
        try store.connection.execute("INSERT OR REPLACE INTO sluice_state VALUES ('head', \(head))")
    }

    private func change(_ table: Table, _ sequence: Int64, old: Row?, new: Row?) throws -> Change {
        Change(
            sequence: SequenceNumber(sequence), kind: old == nil ? .insert : new == nil ? .delete : .update, table: table,
            key: RowKey(of: try #require(new ?? old), in: table), old: old, new: new, committedAt: sequence * 10,
            actor: ChangeActor(role: "operator", subject: sequence.isMultiple(of: 2) ? Array("ana".utf8) : nil),
            isHeld: sequence.isMultiple(of: 3))
    }

    private func reader(_ schema: Schema) throws -> Reader { try Reader(path: store.path, schema: schema, gate: ReadGate()) }

    private func page(
        _ reader: Reader, after: Int64 = 0, upTo: Int64? = nil, tables: Set<Int>? = nil, maxChanges: Int = 1000, maxBytes: Int = 1 << 30
    ) throws -> JournalPage {
        try reader.snapshot(as: .service) { snapshot throws(SQLiteError) in
            try snapshot.journalPage(
                after: SequenceNumber(after), upTo: upTo.map { SequenceNumber($0) }, tables: tables, maxChanges: maxChanges,
                maxBytes: maxBytes)
        }
    }

    private static func randomRow(id: Int64, _ random: inout SystemRandomNumberGenerator) -> Row {
        func pick(_ values: [Value]) -> Value { values.randomElement(using: &random) ?? .null }
        return Row([
            .integer(id), pick([.null, .text(""), .text("x"), .text("né")]), pick([.null, .real(0), .real(1.5), .real(.infinity)]),
            pick([.null, .blob([]), .blob([0]), .blob([1, 2, 3])]),
        ])
    }

    @Test("gives back every change as it was written") func roundTrip() throws {
        let schema = try store.load(migration: Self.migration)
        let table = try #require(schema.table(named: "t"))
        var random = SystemRandomNumberGenerator()
        var changes: [Change] = []
        for sequence in 1...500 as ClosedRange<Int64> {
            let old = Self.randomRow(id: sequence, &random)
            let new = Self.randomRow(id: sequence, &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: changes.append(try change(table, sequence, old: nil, new: new))
            case 1: changes.append(try change(table, sequence, old: old, new: nil))
            default: changes.append(try change(table, sequence, old: old, new: new))
            }
        }
        try write(changes)
        let read = try page(reader(schema))
        #expect(read.isLast && read.reached == SequenceNumber(500))
        #expect(read.changes.count == changes.count)
        for (left, right) in zip(changes, read.changes) {
            #expect(left.sequence == right.sequence && left.kind == right.kind && left.table === right.table && left.key == right.key)
            #expect(left.old == right.old && left.new == right.new)
            #expect(left.committedAt == right.committedAt && left.actor == right.actor && left.isHeld == right.isHeld)
        }
    }

    @Test("keeps of an update's old image only what differs, and never traps on damage") func differences() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let old = Self.randomRow(id: 1, &random)
            let new = Self.randomRow(id: 1, &random)
            var bytes = JournalEntry.difference(of: old, from: new)
            #expect(JournalEntry.old(from: bytes, new: new) == old)
            if old == new { #expect(bytes == [0, 0]) }
            let place = Int.random(in: bytes.indices, using: &random)
            bytes[place] = UInt8.random(in: 0...255, using: &random)
            _ = JournalEntry.old(from: bytes, new: new)
            _ = JournalEntry.old(from: Array(bytes.prefix(place)), new: new)
        }
    }

    @Test("is read in pages that go on where the last one ended") func pages() throws {
        let schema = try store.load(migration: Self.migration)
        let (t, u) = (try #require(schema.table(named: "t")), try #require(schema.table(named: "u")))
        let row = Row([.integer(1), .null, .null, .null])
        try write(try (1...20 as ClosedRange<Int64>).filter { !$0.isMultiple(of: 4) }.map { try change(t, $0, old: nil, new: row) })
        try write(try stride(from: 4, through: 20, by: 4).map { try change(u, $0, old: nil, new: Row([.integer(1)])) })
        let reader = try reader(schema)
        for limits in [(3, 1 << 30), (1000, 1), (1, 1), (7, 500)] {
            var seen: [Int64] = []
            var after: Int64 = 0
            while true {
                let page = try page(reader, after: after, tables: [t.id], maxChanges: limits.0, maxBytes: limits.1)
                seen += page.changes.map(\.sequence.rawValue)
                after = page.reached.rawValue
                if page.isLast { break }
                try #require(!page.changes.isEmpty)
            }
            #expect(seen == (1...20).filter { !$0.isMultiple(of: 4) })
            #expect(after == 20)
        }
        #expect(try page(reader, after: 5, upTo: 9).changes.map(\.sequence.rawValue) == [6, 7, 8, 9])
        #expect(try page(reader, after: 25).reached == SequenceNumber(25))
        let history = try reader.snapshot(as: .service) { snapshot throws(SQLiteError) in
            try snapshot.journalPage(
                table: t, key: RowKey(of: row, in: t), after: SequenceNumber(15), maxChanges: 3, maxBytes: 1 << 20)
        }
        #expect(history.changes.map(\.sequence.rawValue) == [17, 18, 19])
        #expect(history.isLast)
        let newest = try reader.snapshot(as: .service) { snapshot throws(SQLiteError) in
            try snapshot.newestChange(of: t, key: RowKey(of: row, in: t))
        }
        #expect(newest?.sequence == SequenceNumber(19))
    }

    @Test("outlives columns that come and go") func layouts() throws {
        let schema = try store.load(migration: Self.migration)
        let t = try #require(schema.table(named: "t"))
        let old = Row([.integer(1), .text("a"), .real(1), .null])
        let new = Row([.integer(1), .text("b"), .real(1), .blob([9])])
        try write([try change(t, 1, old: old, new: new)])
        let later = ConfigurationFile(
            name: "migrations/002.sql",
            text: "ALTER TABLE t DROP COLUMN b; ALTER TABLE t ADD COLUMN d integer NOT NULL DEFAULT 5; ALTER TABLE t ADD COLUMN e text")
        let today = try store.load(
            ConfigurationFolder(migrations: [ConfigurationFile(name: "migrations/001.sql", text: Self.migration), later]))
        let read = try #require(try page(reader(today)).changes.first)
        #expect(read.new?.values == [.integer(1), .text("b"), .blob([9]), .integer(5), .null])
        #expect(read.old?.values == [.integer(1), .text("a"), .null, .integer(5), .null])
    }

    @Test(
        "reports entries that cannot be read",
        arguments: ["new = x'00'", "old = x'0300'", "key = x''", "layout = 99", "kind = 1", "kind = 7"])
    func damage(assignment: String) throws {
        let schema = try store.load(migration: Self.migration)
        try write([try change(try #require(schema.table(named: "t")), 1, old: nil, new: Row([.integer(1), .null, .null, .null]))])
        try store.connection.execute("UPDATE sluice_journal SET \(assignment)")
        let error = #expect(throws: SQLiteError.self) { try page(reader(schema)) }
        #expect(error?.code == .corrupt)
    }

    @Test(
        "can be resumed from cursors that its epochs and floors cover",
        arguments: [
            ("aa", 0, true), ("aa", 9, true), ("aa", 10, false), ("aa", -1, false), ("bb", 9, true), ("bb", 8, false),
            ("bb", 20, true), ("bb", 21, false),
            ("cc", 5, false),
        ])
    func cursors(epoch: String, sequence: Int64, expected: Bool) throws {
        let schema = try store.load(migration: Self.migration)
        try store.connection.execute(
            """
            INSERT INTO sluice_state VALUES ('head', 20);
            INSERT INTO sluice_epochs (epoch, first_sequence, time) VALUES ('aa', 1, 0), ('bb', 10, 0);
            """)
        let cursor = Cursor(epoch: Epoch(rawValue: epoch), sequence: SequenceNumber(sequence))
        let reader = try reader(schema)
        func isReachable() throws -> Bool {
            try reader.snapshot(as: .service) { snapshot throws(SQLiteError) in try snapshot.isReachable(cursor, tables: schema.tables) }
        }
        #expect(try isReachable() == expected)
        try store.connection.execute("UPDATE sluice_tables SET floor = 15 WHERE name = 'u'")
        #expect(try isReachable() == (expected && sequence >= 15))
    }
}
