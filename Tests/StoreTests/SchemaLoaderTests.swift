import SQLite
import Testing

@testable import Store

@Suite("Schema") struct SchemaLoaderTests {
    @Test("reads columns, keys and constraints by PostgreSQL's names") func reads() throws {
        let store = try TemporaryStore()
        let schema = try store.load(
            migration: """
                CREATE TABLE parents (a integer NOT NULL, b text NOT NULL, PRIMARY KEY (b, a));
                CREATE TABLE t (
                  id integer PRIMARY KEY, -- the row number, CHECK (nothing)
                  "odd ""name" text UNIQUE,
                  price numeric text COLLATE numeric NOT NULL DEFAULT '2.50' CHECK (price <> ''),
                  low integer DEFAULT 1, high integer DEFAULT (2), tags _text text DEFAULT '[]',
                  made timestamptz text DEFAULT (now()), twice integer GENERATED ALWAYS AS (low * 2) STORED,
                  pa integer, pb text, parent uuid text CONSTRAINT up REFERENCES t2,
                  CHECK (low < high), CHECK ( high > 0 ), CONSTRAINT named CHECK (low > 0),
                  UNIQUE (low, high), CONSTRAINT both FOREIGN KEY (pb, pa) REFERENCES parents ON DELETE CASCADE
                );
                CREATE TABLE t2 (id uuid text NOT NULL PRIMARY KEY);
                CREATE UNIQUE INDEX one_high ON t (high);
                CREATE UNIQUE INDEX partial_high ON t (high) WHERE low > 3;
                CREATE UNIQUE INDEX folded ON t (lower(price));
                """)
        let table = try #require(schema.table(named: "t"))
        #expect(table.columns.map(\.name) == ["id", "odd \"name", "price", "low", "high", "tags", "made", "twice", "pa", "pb", "parent"])
        #expect(table.columns.map(\.type.wireName).prefix(7) == ["int4", "text", "numeric", "int4", "int4", "_text", "timestamptz"])
        #expect(table.columns.map(\.isNotNull).prefix(3) == [true, false, true])
        #expect(table.columns[7].isGenerated)
        #expect(table.columns[2...7].map(\.defaultValue) == [.text("2.50"), .integer(1), .integer(2), .text("[]"), .null, .null])
        #expect(table.primaryKey == [0])
        #expect(schema.table(named: "parents")?.primaryKey == [1, 0])
        #expect(
            table.uniques.map(\.name) == ["t_pkey", "t_odd \"name_key", "t_low_high_key", "one_high"]
                && table.uniques.map(\.columns) == [[0], [1], [3, 4], [4]])
        #expect(table.foreignKeys.map(\.name) == ["up", "both"])
        #expect(table.foreignKeys.map(\.targetColumns) == [["id"], ["b", "a"]])
        #expect(table.foreignKeys.map(\.columns) == [[10], [9, 8]])
        #expect(table.checks.map(\.name) == ["t_price_check", "t_check", "t_high_check", "named"])
        #expect(table.checks.map(\.columns) == [["price"], ["low", "high"], ["high"], ["low"]])
        #expect(table.checks.map(\.reported) == ["price <> ''", "low < high", "high > 0", "named"])
    }

    @Test("knows the CHECK that SQLite reports") func checks() throws {
        let store = try TemporaryStore()
        let schema = try store.load(
            migration: "CREATE TABLE t (id integer PRIMARY KEY, a integer CHECK( a  >\n 0 ), b text, CONSTRAINT c CHECK (b IN ('x')))")
        let reported = try #require(schema.table(named: "t")).checks.map(\.reported)
        for (values, check) in zip(["1, 0, 'x'", "1, 1, 'y'"], reported) {
            let error = #expect(throws: SQLiteError.self) { try store.connection.execute("INSERT INTO t VALUES (\(values))") }
            #expect(error?.message == "CHECK constraint failed: \(check)")
            #expect(error?.code == .constraintCheck)
        }
    }

    @Test(
        "refuses tables that could not be served",
        arguments: [
            ("CREATE TABLE t (a integer)", "needs a PRIMARY KEY"), ("CREATE TABLE t (a text PRIMARY KEY)", "must be NOT NULL"),
            ("CREATE TABLE t (id integer PRIMARY KEY, a interval text)", "types are two words"),
            ("CREATE TABLE t (id integer PRIMARY KEY, a)", "types are two words"),
            ("CREATE TABLE t (id integer PRIMARY KEY, a uuid)", "types are two words"),
            ("CREATE TABLE t (id integer PRIMARY KEY, a text COLLATE NOCASE)", "needs COLLATE binary"),
            ("CREATE TABLE t (id integer PRIMARY KEY, a numeric text)", "needs COLLATE numeric"),
            ("CREATE TABLE t (id integer PRIMARY KEY, a integer AS (id + 1))", "declare it STORED"),
            ("CREATE TABLE t (id integer NOT NULL PRIMARY KEY) WITHOUT ROWID", "WITHOUT ROWID"),
            ("CREATE TABLE t (id integer PRIMARY KEY, a jsonb text DEFAULT '{ }')", "no canonical jsonb"),
            ("CREATE TABLE t (id integer PRIMARY KEY, a integer REFERENCES nowhere)", "no primary key or does not exist"),
        ])
    func refusesTables(migration: String, message: String) throws {
        let store = try TemporaryStore()
        let error = #expect(throws: ConfigurationError.self) { try store.load(migration: migration) }
        #expect(error?.message.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test("keeps a table's number and notes what clients can tell of it") func numbers() throws {
        let store = try TemporaryStore()
        let file = ConfigurationFile(name: "migrations/001.sql", text: "CREATE TABLE b (id integer PRIMARY KEY)")
        let first = try store.load(ConfigurationFolder(migrations: [file]))
        try store.connection.execute("INSERT INTO sluice_state VALUES ('head', 7)")
        let more = ConfigurationFile(name: "migrations/002.sql", text: "CREATE TABLE a (id integer PRIMARY KEY)")
        let second = try store.load(ConfigurationFolder(migrations: [file, more]))
        #expect(second.table(named: "b")?.id == first.table(named: "b")?.id)
        #expect(second.table(named: "b")?.digest == first.table(named: "b")?.digest)
        #expect(try store.rows("SELECT name, floor FROM sluice_tables ORDER BY name") == ["a|7", "b|0"])
        let silent = ConfigurationFile(name: "tables/b.json5", text: "{ realtime: true }")
        let third = try store.load(ConfigurationFolder(migrations: [file, more], tables: [silent]))
        #expect(third.table(named: "b")?.digest != first.table(named: "b")?.digest)
        let faster = ConfigurationFile(name: "tables/b.json5", text: "{ realtime: true, journal: { age: '1d' } }")
        let fourth = try store.load(ConfigurationFolder(migrations: [file, more], tables: [faster]))
        #expect(fourth.table(named: "b")?.digest == third.table(named: "b")?.digest)
    }

    @Test("looks at what migrations wrote until it is canonical") func canonicalRows() throws {
        let store = try TemporaryStore()
        let first = ConfigurationFile(
            name: "migrations/001.sql", text: "CREATE TABLE t (id integer PRIMARY KEY, j jsonb text); INSERT INTO t VALUES (7, '{ }')")
        for _ in 0..<2 {
            let error = #expect(throws: ConfigurationError.self) { try store.load(ConfigurationFolder(migrations: [first])) }
            #expect(
                error?.message == "table t: column j of row (7) holds no canonical jsonb; repair it in a new migration")
        }
        let repair = ConfigurationFile(name: "migrations/002.sql", text: "UPDATE t SET j = '{}'")
        _ = try store.load(ConfigurationFolder(migrations: [first, repair]))
        #expect(try store.rows("SELECT * FROM sluice_state").isEmpty)
    }

    @Test("finds the file of each table") func files() throws {
        let store = try TemporaryStore()
        let error = #expect(throws: ConfigurationError.self) {
            try store.load(migration: "CREATE TABLE uploads (id integer PRIMARY KEY)", tables: ["upload": "{}"])
        }
        #expect(error?.description == "tables/upload.json5: there is no table \"upload\"; did you mean \"uploads\"?")
    }
}
