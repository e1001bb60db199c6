import Access
import Engine
import SQLite
import Store
import System
import Testing

@Suite("Engine thread")
struct EngineTests {
    /// A listener that hands what it is told to a waiting test.
    final class Listener: BlockListener {
        let inbox = Mailbox<(CommittedBlock, [Reply])>(byteLimit: 1 << 20)
        func committed(_ block: CommittedBlock, replies: [Reply]) { _ = inbox.put((block, replies), bytes: 1) }

        /// Waits for so many replies, and gives all that came until then.
        func collect(replies count: Int) -> [(CommittedBlock, [Reply])] {
            var all: [(CommittedBlock, [Reply])] = []
            while all.reduce(0, { $0 + $1.1.count }) < count {
                let more = inbox.takeAll(waitUpTo: 20_000_000_000)
                if more.isEmpty { return all }
                all += more
            }
            return all
        }
    }

    private func open(_ folder: TemporaryFolder, source: any BlockSource = MailboxBlockSource()) throws -> Engine {
        try Engine.open(path: folder.path("data.db"), configuration: .quick, source: source) { connection in
            if try connection.first("SELECT count(*) FROM sqlite_schema WHERE name = 'uploads'") == .integer(0) {
                try connection.execute(Tables.script)
            }
            return Tables.schema()
        }
    }

    private func insert(_ engine: Engine, _ id: String, to address: ReplyAddress?) throws -> Mutation {
        let users = try #require(engine.schema.table(named: "users"))
        return Mutation(.insert(.init(table: users, columns: [0], rows: [[.text(id)]])), actor: .service, replyTo: address)
    }

    @Test("each listener gets every block's changes in order, and its own replies only")
    func listeners() throws {
        let folder = try TemporaryFolder()
        let engine = try open(folder)
        let listeners = [Listener(), Listener()]
        #expect(listeners.map { engine.attach($0) } == [0, 1])
        try engine.start { fault in Issue.record("\(fault)") }
        for number in 0..<100 {
            let mutation = try insert(engine, "id\(number)", to: .init(listener: number % 2, token: UInt64(number)))
            #expect(engine.propose(mutation, byteCount: 100))
        }
        for (place, listener) in listeners.enumerated() {
            let told = listener.collect(replies: 50)
            #expect(told.flatMap { $0.1.map(\.token) } == (0..<50).map { UInt64($0 * 2 + place) })
        }
        engine.stop()
        #expect(engine.head == SequenceNumber(100))
        #expect(engine.state.isWritable)
    }

    @Test("what was proposed before the stop is applied, nothing after it, and the log is emptied")
    func stop() throws {
        let folder = try TemporaryFolder()
        let engine = try open(folder)
        for number in 0..<500 { #expect(engine.propose(try insert(engine, "id\(number)", to: nil), byteCount: 100)) }
        try engine.start { fault in Issue.record("\(fault)") }
        engine.stop()
        #expect(!engine.propose(try insert(engine, "late", to: nil), byteCount: 100))
        #expect(engine.head == SequenceNumber(500))
        #expect((try? File(folder.path("data.db-wal")).size()) ?? 0 == 0)
        let again = try open(folder)
        #expect(again.head == SequenceNumber(500))
        #expect(again.epoch != engine.epoch)
    }

    @Test("a mailbox without room says no, and a block takes no more than its caps")
    func caps() throws {
        let folder = try TemporaryFolder()
        let source = MailboxBlockSource(mailboxByteLimit: 1_000, mutationLimit: 3, byteLimit: 250)
        let engine = try open(folder, source: source)
        let mutation = try insert(engine, "a", to: nil)
        let taken = (0..<12).map { _ in engine.propose(mutation, byteCount: 100) }
        #expect(taken.count { $0 } == 10)
        #expect(source.next(dueIn: 0)?.mutations.count == 2)
        #expect(!source.isIdle)
        #expect(engine.propose(mutation, byteCount: 1_000))
        let sizes = (0..<5).map { _ in source.next(dueIn: 0)?.mutations.count }
        #expect(sizes == [2, 2, 2, 2, 1])
        source.close()
        while source.next(dueIn: nil) != nil {}
        #expect(source.isIdle)
    }

    @Test("an idle engine releases a hold by itself when it falls due")
    func due() throws {
        let folder = try TemporaryFolder()
        let engine = try open(folder)
        let listener = Listener()
        let address = ReplyAddress(listener: engine.attach(listener), token: 1)
        try engine.start { fault in Issue.record("\(fault)") }
        let uploads = try #require(engine.schema.table(named: "uploads"))
        let insert = Mutation(.insert(.init(table: uploads, columns: [0], rows: [["a"]])), actor: .service, replyTo: address)
        let update = Mutation(
            .update(.init(table: uploads, assignments: [.init(column: 4, value: 7)], predicate: .compare(column: 0, .equal, "a"))),
            actor: .service, replyTo: address)
        #expect(engine.propose(insert, byteCount: 1))
        #expect(engine.propose(update, byteCount: 1))
        var changes: [Change] = []
        while changes.count < 2 {
            let told = listener.inbox.takeAll(waitUpTo: 20_000_000_000)
            try #require(!told.isEmpty)
            changes += told.flatMap { $0.0.changes }
        }
        #expect(changes.map(\.kind) == [.insert, .update])
        #expect(changes.last?.isHeld == true)
        engine.stop()
    }
}
