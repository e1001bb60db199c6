import Access
import Engine
import SQLite
import Store
import Testing

@Suite("Audit, schedules, actors and pruning")
struct UpkeepTests {
    @Test("commands and their refusals are audited in the same transaction")
    func audit() throws {
        let stop = Functions.make(
            "stop_upload", ["UPDATE uploads SET status = 'stopped' WHERE id = :id", "SELECT raise_error('P0001', 'no') WHERE :id = 'bad'"],
            parameters: [("id", .text)], roles: [.role(.operator)], audit: "stop")
        let bench = try Bench(schema: Tables.schema(functions: [stop]))
        try bench.apply(Writer(bench: bench).insert("uploads", ["id": "a"]))
        let ops = Writer(bench: bench, actor: .operatorClaims)
        try bench.apply(
            ops.call("stop_upload", "a"), Writer(bench: bench, actor: .viewer).call("stop_upload", "a"), ops.call("stop_upload", "bad"))
        #expect(
            try bench.rows("SELECT time, role, sub, command, scope, count, result FROM sluice_audit ORDER BY id") == [
                [.integer(bench.now), "operator", "ops", "stop", "id=a", 1, "ok"],
                [.integer(bench.now), "viewer", .null, "stop", "id=a", .null, "42501"],
                [.integer(bench.now), "operator", "ops", "stop", "id=bad", .null, "P0001"],
            ])
    }

    @Test("a schedule runs at its minute as the system, a missed one once, and none at the first start")
    func schedule() throws {
        let tick = Functions.make(
            "tick", ["INSERT INTO users (id, email) VALUES (gen_random_uuid(), now())"], schedule: "*/10 * * * *")
        let bench = try Bench(schema: Tables.schema(functions: [tick]))
        try bench.apply([])
        #expect(try bench.value("SELECT count(*) FROM users") == 0)
        let wait = bench.applier.microsecondsUntilDue(now: bench.now)
        #expect(wait <= 600_000_000)
        bench.now += 600_000_000
        try bench.apply([])
        try bench.apply([])
        #expect(try bench.value("SELECT count(*) FROM users") == 1)
        #expect(bench.changes.map(\.actor) == [.system])
        bench.now += 7_200_000_000
        try bench.reopen()
        try bench.apply([])
        #expect(try bench.value("SELECT count(*) FROM users") == 2)
        #expect(bench.last?.schedules.map(\.function) == ["tick"])
    }

    @Test("a schedule that fails harms nothing and is tried again at its next time")
    func failingSchedule() throws {
        let bad = Functions.make("bad", ["INSERT INTO users (id, age) VALUES ('x', -1)"], schedule: "* * * * *")
        let bench = try Bench(schema: Tables.schema(functions: [bad]))
        bench.now += 60_000_000
        #expect(try bench.apply(Writer(bench: bench).insert("users", ["id": "a"]))[0].code == nil)
        #expect(bench.last?.schedules.map { $0.rejection?.code } == ["23514"])
        try bench.apply([])
        #expect(bench.last?.schedules.isEmpty == true)
    }

    @Test("a signed-in actor's row is made from the claims before the first write, and undone with it")
    func actors() throws {
        var configuration = EngineConfiguration.quick
        configuration.actors = .init(table: "users", key: "id", claims: [("email", "email")])
        let bench = try Bench(configuration: configuration)
        let user = Writer(bench: bench, actor: .user("u1"))
        #expect(try bench.apply(user.insert("uploads", ["id": "a", "user_id": "u1", "status": "flying"]))[0].code == "23514")
        #expect(try bench.value("SELECT count(*) FROM users") == 0)
        let outcomes = try bench.apply(
            user.insert("uploads", ["id": "a", "user_id": "u1"]), user.insert("uploads", ["id": "b", "user_id": "u1"]))
        #expect(outcomes.map { $0.applied?.affected } == [1, 1])
        #expect(bench.changes.map(\.table.name) == ["users", "uploads", "uploads"])
        try bench.apply(Writer(bench: bench).delete("uploads", nil), Writer(bench: bench).delete("users", nil))
        #expect(try bench.apply(user.insert("uploads", ["id": "c", "user_id": "u1"]))[0].code == nil)
        #expect(try bench.value("SELECT count(*) FROM users") == 1)
        try bench.apply(Writer(bench: bench, actor: .operatorClaims).update("uploads", "c", ["title": "x"]))
        try bench.apply(Writer(bench: bench, actor: .viewer).update("uploads", "c", ["title": "y"]))
        #expect(try bench.rows("SELECT id FROM users ORDER BY id") == [["ops"], ["u1"]])
    }

    @Test("the journal forgets the oldest by age, a thousand rows per block, and the floor rises")
    func pruning() throws {
        let bench = try Bench()
        let users = try bench.table("users")
        let rows = (0..<2_500).map { [Value?.some(.text(String($0)))] }
        try bench.apply(Mutation(.insert(.init(table: users, columns: [0], rows: rows)), actor: .service, replyTo: nil))
        try bench.setClock(8 * 86_400_000_000)
        var counts: [Value?] = []
        for _ in 0..<4 {
            try bench.apply([], elapsed: 1)
            counts.append(try bench.value("SELECT count(*) FROM sluice_journal"))
        }
        #expect(counts == [1_500, 500, 0, 0])
        #expect(try bench.rows("SELECT floor FROM sluice_tables WHERE name IN ('users', 'uploads') ORDER BY id") == [[2_500], [0]])
        #expect(try bench.value("SELECT count(*) FROM users") == 2_500)
    }

    @Test("the journal forgets the oldest by size")
    func pruningBySize() throws {
        let bench = try Bench(schema: Tables.schema(journalBytes: 20_000))
        for number in 0..<300 {
            try bench.apply(Writer(bench: bench).insert("users", ["id": .text(String(number))]), elapsed: 1_000_000)
        }
        let size = try #require(
            try bench.value("SELECT sum(length(key) + length(coalesce(new, old)) + 64) FROM sluice_journal")?.integer)
        #expect(size <= 20_200)
        #expect(size >= 19_000)
        let oldest = try #require(try bench.value("SELECT min(sequence) FROM sluice_journal")?.integer)
        #expect(try bench.value("SELECT floor FROM sluice_tables WHERE name = 'users'") == .integer(oldest - 1))
    }

    @Test("a table whose digest changed has its floor at the head from then on")
    func floors() throws {
        let bench = try Bench()
        try bench.apply(Writer(bench: bench).insert("users", ["id": "a"]))
        try bench.connection.execute("UPDATE sluice_tables SET digest = x'01' WHERE name = 'users'")
        try bench.reopen()
        #expect(try bench.rows("SELECT floor FROM sluice_tables ORDER BY id") == [[1], [0], [0], [0]])
        #expect(try bench.value("SELECT count(*) FROM sluice_epochs") == 2)
        #expect(try bench.value("SELECT first_sequence FROM sluice_epochs ORDER BY id DESC") == 2)
    }
}
