import Access
import Engine
import SQLite
import Store
import Testing

@Suite("Idempotency")
struct ReplyTests {
    let bench: Bench
    let service: Writer
    let key = IdempotencyKey(key: [1, 2, 3], digest: [9])

    init() throws {
        bench = try Bench()
        service = Writer(bench: bench)
    }

    @Test("repeating a request has one effect and one answer, in the same block and later")
    func repeated() throws {
        let insert = try service.insert("users", ["id": "a"], returning: .init(rows: true), key: key)
        let first = try bench.apply(insert, insert)
        try bench.apply(service.insert("users", ["id": "b"]))
        let later = try bench.apply(insert)[0].applied
        #expect(first.map { $0.applied?.isRepeated } == [false, true])
        #expect(first.map { $0.applied?.sequence } == [SequenceNumber(1), SequenceNumber(1)])
        #expect(later?.isRepeated == true)
        #expect(later?.affected == 1)
        #expect(later?.inserted == 1)
        #expect(later?.rows.map(\.values) == [["a", .null, .null]])
        #expect(later?.sequence == SequenceNumber(1))
        #expect(try bench.value("SELECT count(*) FROM users") == 2)
    }

    @Test("the answer is found after a restart")
    func restarted() throws {
        let insert = try service.insert("users", ["id": "a"], key: key)
        try bench.apply(insert)
        try bench.reopen()
        #expect(try bench.apply(insert)[0].applied?.isRepeated == true)
    }

    @Test("a key that was used for another request is refused; another actor's key is another key")
    func reused() throws {
        try bench.apply(service.insert("users", ["id": "a"], key: key))
        let other = IdempotencyKey(key: key.key, digest: [8])
        #expect(try bench.apply(service.insert("users", ["id": "b"], key: other))[0].code == "idempotency_key_reused")
        let admin = Writer(bench: bench, actor: Claims(role: .admin, subject: nil))
        #expect(try bench.apply(admin.insert("users", ["id": "b"], key: other))[0].code == nil)
    }

    @Test("refusals are not kept: the repetition is judged anew")
    func refused() throws {
        let update = try service.insert("users", ["id": "a", "age": -1], key: key)
        #expect(try bench.apply(update)[0].code == "23514")
        #expect(try bench.value("SELECT count(*) FROM sluice_replies") == 0)
    }

    @Test("answers are forgotten after a day of the clock")
    func aged() throws {
        let insert = try service.insert("users", ["id": "a"], conflict: .merge(columns: [0]), key: key)
        try bench.apply(insert)
        for _ in 0..<(24 * 360) { try bench.apply([], elapsed: 10_000_000) }
        #expect(try bench.apply(insert)[0].applied?.isRepeated == true)
        try bench.apply([], elapsed: 10_000_000)
        #expect(try bench.apply(insert)[0].applied?.isRepeated == false)
    }

    @Test("of too many answers the oldest are forgotten")
    func tooMany() throws {
        var configuration = EngineConfiguration.quick
        configuration.replyLimit = 3
        let bench = try Bench(configuration: configuration)
        let writer = Writer(bench: bench)
        for number in 0..<5 {
            try bench.apply(
                writer.insert("users", ["id": .text(String(number))], key: .init(key: [UInt8(number)], digest: [1])), elapsed: 1_000_000)
        }
        #expect(try bench.rows("SELECT key FROM sluice_replies ORDER BY clock") == [2, 3, 4].map { [.blob([$0])] })
    }

    @Test("an answer too long to keep is kept without its rows")
    func long() throws {
        let text = Value.text([UInt8](repeating: 120, count: 20_000))
        let insert = try service.insert("users", ["id": "a", "email": text], returning: .init(rows: true), key: key)
        #expect(try bench.apply(insert)[0].applied?.rows.count == 1)
        let again = try bench.apply(insert)[0].applied
        #expect(again?.rows.count == 0)
        #expect(again?.affected == 1)
    }
}
