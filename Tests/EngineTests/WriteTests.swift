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
        #expect(bench.changes[0].new?.values.prefix(7) == ["a", .null, "untitled", "pending", 0, 2.0, 0])
        try bench.apply(service.update("uploads", "a", ["title": "x"]))
        #expect(bench.changes[1].old?.value(at: 5) == 2.0)
    }
}
