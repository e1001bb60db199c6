import Access
import Engine
import SQLite
import Store
import Testing

@Suite("Captured changes")
struct CaptureTests {
    @Test("an update that changes nothing but the touched column is answered and makes no change")
    func touchOnly() throws {
        let bench = try Bench()
        let service = Writer(bench: bench)
        try bench.apply(service.insert("uploads", ["id": "a"]))
        let outcome = try bench.apply(service.update("uploads", "a", ["title": "untitled"]), elapsed: 1_000_000)[0]
        #expect(outcome.applied?.affected == 1)
        #expect(bench.changes.count == 1)
        #expect(try bench.value("SELECT updated_at FROM uploads") == .text(Timestamp.text(bench.now)))
    }

    @Test("functions and cascades touch the rows they change, and changes() tells what the statement did")
    func touchByFunction() throws {
        let rename = Functions.make("rename_all", ["UPDATE uploads SET title = 'x'", "SELECT changes()"])
        let bench = try Bench(schema: Tables.schema(functions: [rename]))
        let service = Writer(bench: bench)
        try bench.apply(service.insert("uploads", ["id": "a"]), service.insert("uploads", ["id": "b", "title": "x"]))
        let outcome = try bench.apply(service.call("rename_all"), elapsed: 1_000_000)[0]
        #expect(outcome.applied?.result.map(\.values) == [[2]])
        #expect(bench.changes.count == 3)
        #expect(bench.changes[2].new?.value(at: 9) == .text(Timestamp.text(bench.now)))
        #expect(try bench.value("SELECT updated_at FROM uploads WHERE id = 'b'") == .null)
    }

    @Test("several writes of a row in one statement are one change; a row that came and went is none")
    func collapse() throws {
        let bench = try Bench(
            script: Tables.script + """
                CREATE TRIGGER twice AFTER UPDATE OF email ON users WHEN NEW.email = 'twice'
                BEGIN UPDATE users SET age = 99 WHERE id = NEW.id; END;
                CREATE TRIGGER vanish AFTER INSERT ON users WHEN NEW.email = 'ghost' BEGIN DELETE FROM users WHERE id = NEW.id; END;
                """)
        let service = Writer(bench: bench)
        try bench.apply(
            service.insert("users", ["id": "a"]), service.update("users", "a", ["email": "twice"]),
            service.insert("users", ["id": "g", "email": "ghost"]))
        #expect(bench.changes.map(\.kind) == [.insert, .update])
        #expect(bench.changes[1].old?.values == ["a", .null, .null])
        #expect(bench.changes[1].new?.values == ["a", "twice", 99])
    }

    @Test("a cascade tells every row that went, in key order")
    func cascade() throws {
        let bench = try Bench()
        let service = Writer(bench: bench)
        try bench.apply(
            service.insert("uploads", ["id": "up"]), service.insert("parts", ["id": 10, "upload_id": "up"]),
            service.insert("parts", ["id": 2, "upload_id": "up"]), service.delete("uploads", "up"))
        let deleted = bench.changes.filter { $0.kind == .delete }
        #expect(deleted.filter { $0.table.name == "parts" }.map { $0.key.values.value(at: 0) } == [2, 10])
        #expect(deleted.filter { $0.table.name == "uploads" }.count == 1)
    }

    @Test("ten thousand rows of one mutation arrive in order")
    func many() throws {
        let bench = try Bench()
        let users = try bench.table("users")
        let rows = (0..<10_000).map { number -> [Value?] in
            let digits = String(number)
            return [.text(String(repeating: "0", count: 5 - digits.count) + digits)]
        }
        try bench.apply(Mutation(.insert(.init(table: users, columns: [0], rows: rows.shuffled())), actor: .service, replyTo: nil))
        #expect(bench.changes.count == 10_000)
        #expect(bench.changes.map { $0.key.values.value(at: 0) } == rows.map { $0[0] })
        #expect(bench.changes.map(\.sequence.rawValue) == Array(1...10_000))
        #expect(try bench.value("SELECT max(sequence) FROM sluice_journal") == 10_000)
    }

    @Test("a column added with a default shows its default in old images")
    func addedColumn() throws {
        let bench = try Bench(
            script: """
                CREATE TABLE users (id text PRIMARY KEY, email text);
                INSERT INTO users VALUES ('old', 'x');
                ALTER TABLE users ADD COLUMN age integer DEFAULT 5;
                CREATE TABLE uploads (id text PRIMARY KEY, user_id, title, status, progress, speed, late_writes, stop_seen_at, finished_at,
                  updated_at);
                CREATE TABLE parts (id integer PRIMARY KEY, upload_id, size);
                CREATE TABLE secrets (id integer PRIMARY KEY, word);
                """, schema: Tables.schema(ageDefault: "5"))
        try bench.apply(Writer(bench: bench).update("users", "old", ["email": "y"]))
        #expect(bench.changes.first?.old?.values == ["old", "x", 5])
        #expect(bench.changes.first?.new?.values == ["old", "y", 5])
    }

    @Test("tables without realtime are written and not told")
    func silent() throws {
        let bench = try Bench()
        let outcomes = try bench.apply(Writer(bench: bench).insert("secrets", ["id": 1, "word": "x"]))
        #expect(outcomes[0].applied?.affected == 1)
        #expect(bench.changes.isEmpty)
        #expect(bench.applier.head == .zero)
    }
}
