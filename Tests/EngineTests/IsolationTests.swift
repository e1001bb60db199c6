import Access
import Engine
import SQLite
import Store
import Testing

@Suite("A mutation's failure is its own")
struct IsolationTests {
    static let functions = [
        Functions.make(
            "spin",
            [
                "UPDATE users SET age = age + 1",
                """
                UPDATE users SET age = (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000000) SELECT max(i) FROM n)
                """,
            ]),
        Functions.make("raise", ["UPDATE users SET age = 77", "SELECT raise_error('P0002', 'no such thing', 'why', 'what now')"]),
        Functions.make("bad_time", ["UPDATE uploads SET finished_at = 'soon' WHERE id = 'up'"]),
        Functions.make("two_steps", ["INSERT INTO users (id) VALUES ('half')", "INSERT INTO users (id) VALUES ('u1')"]),
        Functions.make("good", ["UPDATE users SET email = 'good' WHERE id = 'u1'", "SELECT changes()"]),
    ]

    enum Failure: String, CaseIterable {
        case constraint, deferredKey, budget, canonical, raised, fullDisk, secondStatement, lateCanonical, lateAccess

        var code: String {
            switch self {
            case .constraint, .secondStatement: "23505"
            case .deferredKey: "23503"
            case .budget: "57014"
            case .canonical, .lateCanonical: "22P02"
            case .raised: "P0002"
            case .fullDisk: "53100"
            case .lateAccess: "42501"
            }
        }

        func mutation(_ bench: Bench) throws -> Mutation {
            let service = Writer(bench: bench)
            return switch self {
            case .constraint: try service.insert("users", ["id": "u1"])
            case .deferredKey: try service.insert("parts", ["id": 1, "upload_id": "nowhere"])
            case .budget: try service.call("spin")
            case .canonical: try service.call("bad_time")
            case .raised: try service.call("raise")
            case .fullDisk: try service.insert("users", ["id": "big", "email": .text([UInt8](repeating: 120, count: 900_000))])
            case .secondStatement: try service.call("two_steps")
            case .lateCanonical: try service.update("uploads", "up", ["progress": 3_000_000_000])
            case .lateAccess: try Writer(bench: bench, actor: .user("u1")).update("uploads", "up", ["user_id": "u2"])
            }
        }
    }

    private func bench(_ failure: Failure? = nil) throws -> Bench {
        var configuration = EngineConfiguration.quick
        configuration.stepLimit = 2_000
        let bench = try Bench(schema: Tables.schema(functions: Self.functions), configuration: configuration)
        let service = Writer(bench: bench)
        try bench.apply(
            service.insert("users", ["id": "u1"]), service.insert("users", ["id": "u2"]),
            service.insert("uploads", ["id": "up", "user_id": "u1"]))
        if failure == .fullDisk {
            let pages = try #require(try bench.value("PRAGMA page_count")?.integer)
            try bench.connection.execute("PRAGMA max_page_count = \(pages + 100)")
        }
        _ = bench.takeChanges()
        return bench
    }

    @Test("a block of a hundred with one failure keeps the other ninety-nine", arguments: Failure.allCases, [0, 50, 99])
    func oneOfHundred(failure: Failure, place: Int) throws {
        let bench = try bench(failure)
        let service = Writer(bench: bench)
        var mutations = try (0..<99).map { number -> Mutation in
            number % 3 == 0
                ? try service.update("uploads", "up", ["progress": .integer(Int64(number))])
                : try service.insert("parts", ["id": .integer(Int64(number + 10)), "upload_id": "up"])
        }
        mutations.insert(try failure.mutation(bench), at: place)
        let outcomes = try bench.apply(mutations, elapsed: 2_000_000)
        #expect(outcomes.count == 100)
        #expect(outcomes[place].code == failure.code)
        #expect(outcomes.enumerated().allSatisfy { $0 == place || $1.applied?.affected == 1 })
        #expect(try bench.value("SELECT count(*) FROM parts") == 66)
        #expect(try bench.value("SELECT progress FROM uploads") == 96)
        #expect(try bench.rows("SELECT id, email, age FROM users ORDER BY id") == [["u1", .null, .null], ["u2", .null, .null]])
        #expect(bench.takeChanges().count == 67)
        #expect(try bench.value("SELECT count(*) FROM sluice_journal") == 70)
        #expect(try bench.apply(service.call("good"))[0].applied?.result.map(\.values) == [[1]])
    }

    @Test("several that take the transaction with them are all refused, and only they")
    func severalLost() throws {
        let bench = try bench()
        let service = Writer(bench: bench)
        let outcomes = try bench.apply(
            service.call("spin"), service.update("users", "u1", ["email": "x"]), service.call("spin"), service.call("raise"),
            service.update("users", "u2", ["email": "y"]))
        #expect(outcomes.map(\.code) == ["57014", nil, "57014", "P0002", nil])
        #expect(try bench.rows("SELECT email, age FROM users ORDER BY id") == [["x", .null], ["y", .null]])
        #expect(outcomes[3].rejection == Rejection(code: "P0002", message: "no such thing", details: "why", hint: "what now"))
    }

    @Test("the budget counts steps: the same call ends at the same place each time")
    func budget() throws {
        let bench = try bench()
        let service = Writer(bench: bench)
        #expect(try bench.apply(service.call("spin"))[0].rejection?.message == "canceling statement due to statement timeout")
        #expect(try bench.apply(service.call("spin"))[0].code == "57014")
        #expect(bench.changes.isEmpty)
    }

    @Test("who may not call a function is told so, and owners of the row may")
    func grants() throws {
        let own = Functions.make(
            "rename", ["UPDATE uploads SET title = :title WHERE id = :upload_id"], parameters: [("upload_id", .text), ("title", .text)],
            roles: [.role(.operator), .owner(table: "uploads", parameter: "upload_id")])
        let bench = try Bench(schema: Tables.schema(functions: [own]))
        let service = Writer(bench: bench)
        try bench.apply(service.insert("users", ["id": "u1"]), service.insert("uploads", ["id": "up", "user_id": "u1"]))
        let actors: [(Claims, String?)] = [
            (.user("u1"), nil), (.user("u2"), "42501"), (.operatorClaims, nil), (.viewer, "42501"), (.anonymous(), "42501"),
            (.service, nil),
        ]
        for (actor, code) in actors {
            let outcome = try bench.apply(Writer(bench: bench, actor: actor).call("rename", "up", "x"))[0]
            #expect(outcome.code == code)
            if code != nil { #expect(outcome.rejection?.message == "permission denied for function rename") }
        }
        #expect(try bench.apply(Writer(bench: bench, actor: .user("u1")).call("rename", "other", "x"))[0].code == "42501")
    }
}
