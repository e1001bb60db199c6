import Access
import SQLite
import Testing

@testable import Store

@Suite("SQL functions") struct SQLFunctionTests {
    private let store: TemporaryStore

    init() throws { store = try TemporaryStore() }

    @Test(
        "reckon with intervals",
        arguments: [
            ("now()", "2026-01-15T12:00:00+00:00"), ("now('-24 hours')", "2026-01-14T12:00:00+00:00"),
            ("now('1 day 2 hours')", "2026-01-16T14:00:00+00:00"),
            ("now('-15 days')", "2025-12-31T12:00:00+00:00"), ("now('1 month')", "2026-02-15T12:00:00+00:00"),
            ("now('-1 month -1 second')", "2025-12-15T11:59:59+00:00"),
            ("now('2 years')", "2028-01-15T12:00:00+00:00"), ("now('500 milliseconds')", "2026-01-15T12:00:00.5+00:00"),
            ("now('-3000 years')", "0001-01-15T12:00:00+00:00"),
            ("now('9000 years')", "9999-01-15T12:00:00+00:00"), ("now(NULL)", ""),
        ])
    func now(sql: String, expected: String) throws { #expect(try store.rows("SELECT \(sql)") == [expected]) }

    @Test(
        "refuse intervals that are none",
        arguments: ["", "1", "hour", "1 fortnight", "1 day 2", "9999999999999 days", "1000000000000 years"])
    func notIntervals(text: String) {
        let error = #expect(throws: SQLiteError.self) { try store.rows("SELECT now('\(text)')") }
        #expect(error?.raised?.code == "22007")
    }

    @Test("month after month ends on the month's last day") func monthEnds() throws {
        store.context.now = try #require(Timestamp.microseconds(Array("2026-01-31T00:00:00+00:00".utf8)))
        #expect(
            try store.rows("SELECT now('1 month'), now('13 months'), now('25 months')") == [
                "2026-02-28T00:00:00+00:00|2027-02-28T00:00:00+00:00|2028-02-29T00:00:00+00:00"
            ])
    }

    @Test("make the same uuids from the same seed") func uuids() throws {
        store.context.reseed(42)
        let first = try store.rows("SELECT gen_random_uuid() FROM json_each('[1,2,3]')")
        store.context.reseed(42)
        #expect(try store.rows("SELECT gen_random_uuid() FROM json_each('[1,2,3]')") == first)
        #expect(Set(first).count == 3)
        for uuid in first {
            #expect(UUIDText.isCanonical(Array(uuid.utf8).span) && Array(uuid)[14] == "4" && "89ab".contains(Array(uuid)[19]))
        }
        store.context.reseed(43)
        #expect(try store.rows("SELECT gen_random_uuid()") != [first[0]])
    }

    @Test("know the actor") func actor() throws {
        store.context.actor = Claims(role: .operator, subject: Array("ana".utf8))
        #expect(try store.rows("SELECT auth_role(), auth_uid()") == ["operator|ana"])
        store.context.actor = .anonymous()
        #expect(try store.rows("SELECT auth_role(), auth_uid() IS NULL") == ["anon|1"])
    }

    @Test("raise errors in four parts, from triggers too") func raises() throws {
        try store.connection.execute(
            """
            CREATE TABLE t (id integer PRIMARY KEY DEFAULT (0), made text DEFAULT (now()));
            CREATE TRIGGER no BEFORE DELETE ON t BEGIN SELECT raise_error('P0001', 'kept', 'row ' || old.id, 'do not'); END;
            INSERT INTO t (id) VALUES (7);
            """)
        let error = #expect(throws: SQLiteError.self) { try store.connection.execute("DELETE FROM t") }
        #expect(error?.raised == RaisedError(code: "P0001", message: "kept", details: "row 7", hint: "do not"))
        let short = #expect(throws: SQLiteError.self) { try store.connection.execute("SELECT raise_error('22023', 'bad')") }
        #expect(short?.raised == RaisedError(code: "22023", message: "bad"))
    }

    @Test("compare decimals as numbers") func collation() throws {
        try store.connection.execute("CREATE TABLE t (n numeric text COLLATE numeric)")
        try store.connection.execute("INSERT INTO t VALUES ('10'), ('9.5'), ('-2'), ('NaN'), ('9.50'), ('-10')")
        #expect(try store.rows("SELECT n FROM t ORDER BY n, rowid") == ["-10", "-2", "9.5", "9.50", "10", "NaN"])
        #expect(try store.rows("SELECT count(*) FROM t WHERE n = '9.500'") == ["2"])
    }
}
