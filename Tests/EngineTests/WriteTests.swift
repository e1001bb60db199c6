import Access
import Engine
import SQLite
import Store
import Testing

@Suite("Plain writes")
struct WriteTests {
    let bench: Bench
    let service: Writer

    init() throws {
        bench = try Bench()
        service = Writer(bench: bench)
    }

    @Test("an insert, an update and a delete are committed, journaled in order and answered")
    func journey() throws {
        let outcomes = try bench.apply(
            service.insert("users", ["id": "u1", "email": "a@x"]), service.update("users", "u1", ["age": 7]), service.delete("users", "u1"))
        #expect(outcomes.map { $0.applied?.affected } == [1, 1, 1])
        #expect(outcomes[0].applied?.inserted == 1)
        #expect(bench.changes.map(\.kind) == [.insert, .update, .delete])
        #expect(bench.changes.map(\.sequence.rawValue) == [1, 2, 3])
        #expect(outcomes.allSatisfy { $0.applied?.sequence == SequenceNumber(3) })
        #expect(bench.changes[1].old?.values == ["u1", "a@x", .null])
        #expect(bench.changes[1].new?.values == ["u1", "a@x", 7])
        #expect(try bench.value("SELECT count(*) FROM sluice_journal") == 3)
        #expect(bench.applier.head == SequenceNumber(3))
    }

    @Test("columns without a value get their defaults, and a whole number in a real column reads as a real")
    func defaults() throws {
        try bench.apply(service.insert("uploads", ["id": "a", "speed": 2.0]))
        #expect(Array(try #require(bench.changes.first?.new).values.prefix(7)) == ["a", .null, "untitled", "pending", 0, 2.0, 0])
        try bench.apply(service.update("uploads", "a", ["title": "x"]))
        #expect(bench.changes.last?.old?.value(at: 5) == 2.0)
        #expect(bench.changes.last?.new?.value(at: 5) == 2.0)
    }

    @Test("an update of several rows changes those that the filter names, and tells the rows when asked")
    func representation() throws {
        try bench.apply(
            service.insert("users", ["id": "b", "age": 1]), service.insert("users", ["id": "a", "age": 1]),
            service.insert("users", ["id": "c"]))
        let users = try bench.table("users")
        let outcome = try bench.apply(
            Mutation(
                .update(
                    .init(
                        table: users, assignments: [.init(column: 2, value: 5)], predicate: .compare(column: 2, .equal, 1),
                        returning: .init(rows: true))), actor: .service, replyTo: nil))[0]
        #expect(outcome.applied?.affected == 2)
        #expect(Set(outcome.applied?.rows.map { $0.value(at: 0) } ?? []) == ["a", "b"])
        #expect(outcome.applied?.rows.allSatisfy { $0.value(at: 2) == 5 } == true)
        #expect(bench.changes.suffix(2).map { $0.key.values.value(at: 0) } == ["a", "b"])
    }

    @Test("a delete gives the rows as they were")
    func deleted() throws {
        try bench.apply(service.insert("users", ["id": "b", "age": 1]))
        let outcome = try bench.apply(service.delete("users", "b", returning: .init(rows: true)))[0]
        #expect(outcome.applied?.rows.map(\.values) == [["b", .null, 1]])
    }

    @Test("an upsert merges into the row that is there, ignores it, or refuses a second row with the same key")
    func upsert() throws {
        let merge = Mutation.Conflict.merge(columns: [0])
        let outcomes = try bench.apply(
            service.insert("users", ["id": "a", "age": 1], conflict: merge),
            service.insert("users", ["id": "a", "age": 2], conflict: merge),
            service.insert("users", ["id": "a", "age": 3], conflict: .ignore(columns: [0])),
            service.insert("users", ["id": "a", "age": 3], conflict: .merge(columns: [2])))
        #expect(outcomes.map { $0.applied?.affected } == [1, 1, 0, nil])
        #expect(outcomes.map { $0.applied?.inserted } == [1, 0, 0, nil])
        #expect(outcomes[3].code == "42P10")
        #expect(try bench.rows("SELECT * FROM users") == [["a", .null, 2]])
        let users = try bench.table("users")
        let twice = Mutation(
            .insert(.init(table: users, columns: [0, 2], rows: [["b", 1], ["b", 2]], conflict: merge)), actor: .service, replyTo: nil)
        #expect(try bench.apply(twice)[0].code == "21000")
        #expect(try bench.value("SELECT count(*) FROM users") == 1)
    }

    @Test("rows are inserted all or none")
    func allOrNone() throws {
        let users = try bench.table("users")
        let insert = Mutation(.insert(.init(table: users, columns: [0, 2], rows: [["a", 1], ["b", -1]])), actor: .service, replyTo: nil)
        #expect(try bench.apply(insert)[0].code == "23514")
        #expect(try bench.value("SELECT count(*) FROM users") == 0)
        #expect(bench.changes.isEmpty)
    }

    @Test("a count that does not fit is refused before anything is kept")
    func counts() throws {
        try bench.apply(service.insert("users", ["id": "a"]), service.insert("users", ["id": "b"]))
        let outcomes = try bench.apply(
            service.update("users", nil, ["age": 1], returning: .init(single: true)),
            service.update("users", "x", ["age": 1], returning: .init(single: true)),
            service.update("users", nil, ["age": 1], returning: .init(maxAffected: 1)),
            service.update("users", nil, ["age": 2], returning: .init(maxAffected: 2)))
        #expect(outcomes.map(\.code) == ["PGRST116", "PGRST116", "PGRST124", nil])
        #expect(outcomes[0].rejection?.details == "The result contains 2 rows")
        #expect(outcomes[2].rejection?.details == "The query affects 2 rows")
        #expect(try bench.rows("SELECT DISTINCT age FROM users") == [[2]])
    }

    @Test("an update of the key is told as a delete and an insert")
    func keyUpdate() throws {
        try bench.apply(service.insert("users", ["id": "a"]), service.update("users", "a", ["id": "b"]))
        #expect(bench.changes.map(\.kind) == [.insert, .delete, .insert])
        #expect(bench.changes.map { $0.key.values.value(at: 0) } == ["a", "a", "b"])
    }

    @Test("an update without columns changes nothing")
    func nothing() throws {
        try bench.apply(service.insert("users", ["id": "a"]))
        #expect(try bench.apply(service.update("users", "a", [:]))[0].applied?.affected == 0)
        #expect(bench.changes.count == 1)
    }
}
