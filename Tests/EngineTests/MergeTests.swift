import Access
import Engine
import SQLite
import Store
import Testing

@Suite("Merged updates")
struct MergeTests {
    let bench: Bench
    let service: Writer

    init() throws {
        bench = try Bench()
        service = Writer(bench: bench)
        try bench.apply(service.insert("users", ["id": "u"]), service.insert("uploads", ["id": "a", "user_id": "u"]))
        try bench.connection.execute(
            "CREATE TABLE log (n); CREATE TEMP TRIGGER t AFTER UPDATE ON main.uploads BEGIN INSERT INTO log VALUES (1); END")
    }

    private func writes() throws -> Value? { try bench.value("SELECT count(*) FROM log") }

    @Test("neighbouring progress updates of a row are one write, each answered")
    func merged() throws {
        let outcomes = try bench.apply((1...10).map { try service.update("uploads", "a", ["progress": .integer($0)]) })
        #expect(outcomes.map { $0.applied?.affected } == [Int?](repeating: 1, count: 10))
        #expect(try writes() == 1)
        #expect(try bench.value("SELECT progress FROM uploads") == 10)
    }

    @Test("what could be told apart is not merged")
    func apart() throws {
        let user = Writer(bench: bench, actor: .user("u"))
        let p = { (value: Int64) in KeyValuePairs<String, Value>(dictionaryLiteral: ("progress", .integer(value))) }
        try bench.apply(
            service.update("uploads", "a", p(1)), user.update("uploads", "a", p(2)),
            user.update("uploads", "a", ["progress": 3, "speed": 1.0]),
            user.update("uploads", "a", p(4), returning: .init(rows: true)), user.update("uploads", "a", p(5)),
            user.update("uploads", "a", ["title": "x"]), user.update("uploads", "a", p(6)), service.update("uploads", "b", p(6)),
            user.update("uploads", "a", p(7)))
        #expect(try writes() == 8)
    }

    @Test("each held write counts, merged or not")
    func counted() throws {
        try bench.apply(service.update("uploads", "a", ["status": "stopped"]))
        try bench.connection.execute("DELETE FROM log")
        try bench.apply((1...5).map { try service.update("uploads", "a", ["progress": .integer($0)]) })
        #expect(try bench.rows("SELECT progress, late_writes FROM uploads") == [[0, 5]])
        #expect(try writes() == 1)
    }

    @Test("should the merged write fail, each is judged by itself")
    func judged() throws {
        try bench.connection.execute(
            "CREATE TEMP TRIGGER odd BEFORE UPDATE ON main.uploads WHEN NEW.progress % 2 = 1 BEGIN SELECT RAISE(ABORT, 'odd'); END")
        let outcomes = try bench.apply((1...5).map { try service.update("uploads", "a", ["progress": .integer($0)]) })
        #expect(outcomes.map(\.code) == ["P0001", nil, "P0001", nil, "P0001"])
        #expect(try bench.value("SELECT progress FROM uploads") == 4)
    }
}
