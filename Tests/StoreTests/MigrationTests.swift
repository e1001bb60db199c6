import SQLite
import Testing

@testable import Store

@Suite("Migrations") struct MigrationTests {
    private let store: TemporaryStore

    init() throws { store = try TemporaryStore() }

    private func apply(_ texts: String...) throws(ConfigurationError) -> [String] {
        let files = texts.enumerated().map { ConfigurationFile(name: "migrations/00\($0 + 1).sql", text: $1) }
        return try Migrations.apply(files, to: store.connection, now: TemporaryStore.noon)
    }

    @Test("are applied once each, in order") func once() throws {
        let first = "CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t VALUES (1);"
        #expect(try apply(first) == ["migrations/001.sql"])
        #expect(try apply(first, "INSERT INTO t VALUES (2)") == ["migrations/002.sql"])
        #expect(try apply(first, "INSERT INTO t VALUES (2)") == [])
        #expect(try store.rows("SELECT id FROM t") == ["1", "2"])
    }

    @Test("may not be changed, lost or slipped in once applied") func history() throws {
        _ = try apply("CREATE TABLE t (id integer PRIMARY KEY)", "SELECT 1")
        let changed = #expect(throws: ConfigurationError.self) { try apply("CREATE TABLE u (id integer PRIMARY KEY)", "SELECT 1") }
        #expect(changed?.description == "migrations/001.sql: this migration was changed after it was applied; add a new one")
        let lost = #expect(throws: ConfigurationError.self) { try apply("CREATE TABLE t (id integer PRIMARY KEY)") }
        #expect(lost?.file == "migrations/002.sql")
        let slipped = #expect(throws: ConfigurationError.self) {
            try Migrations.apply(
                [
                    ConfigurationFile(name: "migrations/000.sql", text: "SELECT 2"),
                    ConfigurationFile(name: "migrations/001.sql", text: "CREATE TABLE t (id integer PRIMARY KEY)"),
                    ConfigurationFile(name: "migrations/002.sql", text: "SELECT 1"),
                ], to: store.connection, now: 0)
        }
        #expect(slipped?.message.contains("must sort after") == true)
    }

    @Test("leave nothing behind when they fail, and say where") func atomic() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try apply("CREATE TABLE t (id integer PRIMARY KEY);\n-- é\nINSERT INTO t\n  VALUES (missing);")
        }
        #expect(error?.description == "migrations/001.sql:4:11: no such column: missing")
        #expect(try store.rows("SELECT name FROM sqlite_schema WHERE name = 't'").isEmpty)
        #expect(try store.rows("PRAGMA foreign_keys") == ["1"])
        #expect(!store.connection.isInTransaction)
    }

    @Test(
        "may not hold words whose value differs or that leave the transaction",
        arguments: [
            ("CREATE TABLE t (id integer PRIMARY KEY DEFAULT (random()))", 1, 49), ("SELECT 1;\nSELECT \"randomblob\"(4)", 2, 8),
            ("CREATE TABLE t (a text DEFAULT CURRENT_TIMESTAMP)", 1, 32), ("SELECT date('now')", 1, 8),
            ("SELECT strftime ('%s', 'NOW', '1 day')", 1, 8),
            ("SELECT datetime()", 1, 8), ("PRAGMA foreign_keys=OFF", 1, 1), ("-- x\n BEGIN", 2, 2), ("COMMIT", 1, 1),
            ("ATTACH 'x' AS y", 1, 1),
            ("SELECT total_changes()", 1, 8), ("SELECT last_insert_rowid()", 1, 8), ("VACUUM", 1, 1), ("ROLLBACK", 1, 1),
            ("SAVEPOINT a", 1, 1),
            ("SELECT 1;;SELECT /* (' */ random ()", 1, 27),
        ])
    func forbidden(text: String, line: Int, column: Int) {
        let error = #expect(throws: ConfigurationError.self) { try apply(text) }
        #expect(error?.line == line, "\(error?.description ?? "")")
        #expect(error?.column == column, "\(error?.description ?? "")")
    }

    @Test("may hold those words in texts, comments and names of their own") func allowed() throws {
        _ = try apply(
            """
            -- random() 'now'
            CREATE TABLE t (id integer PRIMARY KEY, "random" text DEFAULT 'random() date(''now'')', date date text); /* PRAGMA */
            CREATE TRIGGER tr AFTER UPDATE ON t BEGIN
              UPDATE t SET "random" = CASE WHEN 1 THEN 'a;b' ELSE 'COMMIT' END; SELECT date(new.date, '+1 day');
            END;
            INSERT INTO t (id, date) VALUES (1, '2026-01-15');
            """)
        #expect(try store.rows("SELECT \"random\" FROM t") == ["random() date('now')"])
    }

    @Test(
        "may not touch the broker's own tables",
        arguments: ["DELETE FROM sluice_journal", "SELECT * FROM sluice_audit", "DROP TABLE sluice_state"])
    func ownTables(text: String) { #expect(throws: ConfigurationError.self) { try apply(text) } }

    @Test("may rebuild a table that others refer to, but not lose its rows") func rebuild() throws {
        let first = """
            CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE c (id integer PRIMARY KEY, p integer REFERENCES p ON DELETE CASCADE);
            INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1);
            """
        let second = """
            CREATE TABLE p2 (id integer PRIMARY KEY, x text); INSERT INTO p2 (id) SELECT id FROM p; DROP TABLE p; ALTER TABLE p2 RENAME TO p;
            """
        _ = try apply(first, second)
        #expect(try store.rows("SELECT p FROM c") == ["1"])
        let error = #expect(throws: ConfigurationError.self) { try apply(first, second, "DELETE FROM p") }
        #expect(error?.description == "migrations/003.sql: leaves rows in c without their row in p")
    }

    @Test("raise the floors of the tables they write") func floors() throws {
        let first = "CREATE TABLE t (id integer PRIMARY KEY); CREATE TABLE u (id integer PRIMARY KEY)"
        _ = try store.load(migration: first)
        try store.connection.execute("INSERT INTO sluice_state VALUES ('head', 9)")
        _ = try Migrations.apply(
            [
                ConfigurationFile(name: "migrations/001.sql", text: first),
                ConfigurationFile(name: "migrations/002.sql", text: "INSERT INTO t VALUES (1)"),
            ],
            to: store.connection, now: 0)
        #expect(try store.rows("SELECT name, floor FROM sluice_tables ORDER BY name") == ["t|9", "u|0"])
    }
}
