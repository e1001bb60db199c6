import Access
import SQLite
import System
import Testing

@testable import Store

@Suite("Readers") struct ReaderTests {
    private let store: TemporaryStore
    private let schema: Schema

    init() throws {
        store = try TemporaryStore()
        schema = try store.load(
            migration: "CREATE TABLE t (id integer PRIMARY KEY, n integer); INSERT INTO t VALUES (1, 500), (2, 500);")
    }

    @Test("see one state per snapshot, its head included, while the writer goes on", .timeLimit(.minutes(1)))
    func consistency() throws {
        let gate = ReadGate()
        let readers = try Readers(path: store.path, schema: schema, gate: gate, threads: 2)
        let done = Mailbox<Int>(byteLimit: 1000)
        let blocks = 400
        for _ in 0..<4 {
            let isTaken = readers.submit { reader in
                var wrong = 0
                var last = SequenceNumber.zero
                for _ in 0..<200 {
                    let read = try? reader.snapshot(as: .service) { snapshot throws(SQLiteError) -> (SequenceNumber, Int64, Int64) in
                        let first = try snapshot.statement("SELECT n FROM t WHERE id = 1")
                        _ = try first.step()
                        let second = try snapshot.statement("SELECT n FROM t WHERE id = 2")
                        _ = try second.step()
                        return (snapshot.head, first.integer(0), second.integer(0))
                    }
                    guard let (head, first, second) = read else {
                        wrong += 1
                        continue
                    }
                    if first + second != 1000 || head.rawValue != first - 500 || head < last { wrong += 1 }
                    last = head
                }
                _ = done.put(wrong, bytes: 1)
            }
            #expect(isTaken)
        }
        for block in 1...blocks {
            try store.connection.execute(
                """
                BEGIN IMMEDIATE; UPDATE t SET n = n + 1 WHERE id = 1; UPDATE t SET n = n - 1 WHERE id = 2;
                INSERT OR REPLACE INTO sluice_state VALUES ('head', \(block)); COMMIT
                """)
            if block.isMultiple(of: 50) {
                #expect(gate.shut(waitUpTo: 10_000_000_000))
                // Nobody reads: the log can be emptied.
                try store.connection.checkpointTruncate()
                gate.open()
            }
        }
        var results: [Int] = []
        while results.count < 4 { results += done.takeAll(waitUpTo: nil) }
        #expect(results == [0, 0, 0, 0])
        readers.close()
        #expect(gate.readersInside == 0)
    }

    @Test("end a statement that runs over its budget, and live on") func budget() throws {
        let reader = try Reader(path: store.path, schema: schema, gate: ReadGate())
        let endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"
        let error = #expect(throws: SQLiteError.self) {
            try reader.snapshot(as: .service, budget: ReadBudget(milliseconds: 5)) { snapshot throws(SQLiteError) in
                try snapshot.statement(endless).run()
            }
        }
        #expect(error?.code.primary == .interrupt)
        let row = try reader.snapshot(as: .service) { snapshot throws(SQLiteError) in
            try snapshot.row(of: schema.tables[0], key: RowKey(Row([.integer(2)])))
        }
        #expect(row?.values == [.integer(2), .integer(500)])
    }

    @Test(
        "write nothing",
        arguments: [
            "UPDATE t SET n = 0", "DELETE FROM t", "CREATE TABLE x (a)", "ATTACH ':memory:' AS x", "CREATE TEMP TABLE x (a)",
            "PRAGMA user_version = 3",
        ])
    func readOnly(sql: String) throws {
        let reader = try Reader(path: store.path, schema: schema, gate: ReadGate())
        #expect(throws: SQLiteError.self) {
            try reader.snapshot(as: .service) { snapshot throws(SQLiteError) in try snapshot.statement(sql).run() }
        }
    }

    @Test("answer for their actor and give statements ready for use") func actors() throws {
        let reader = try Reader(path: store.path, schema: schema, gate: ReadGate())
        for name in ["ana", "bob"] {
            let claims = Claims(role: .authenticated, subject: Array(name.utf8))
            let answer = try reader.snapshot(as: claims) { snapshot throws(SQLiteError) -> [Value] in
                let statement = try snapshot.statement("SELECT auth_uid(), ?, now()")
                #expect(statement.parameterCount == 1)
                _ = try statement.step()
                let values = (0..<3).map(statement.value)
                let bound = try snapshot.statement(SQLText("SELECT auth_uid(), ?, now()", values: [.text("x")]))
                _ = try bound.step()
                #expect(bound.value(1) == .text("x"))
                #expect(values[2] == .text(Timestamp.text(snapshot.now)))
                return values
            }
            #expect(answer.prefix(2) == [.text(name), .null])
        }
    }

    @Test("refuse jobs when too many wait, and finish those that wait when closed", .timeLimit(.minutes(1))) func queue() throws {
        let readers = try Readers(path: store.path, schema: schema, gate: ReadGate(), threads: 1, queueLimit: 3)
        let started = Mailbox<Int>(byteLimit: 100)
        let goOn = Mailbox<Int>(byteLimit: 100)
        let finished = Mailbox<Int>(byteLimit: 100)
        #expect(
            readers.submit { _ in
                _ = started.put(0, bytes: 1)
                _ = goOn.takeAll(waitUpTo: nil)
            })
        _ = started.takeAll(waitUpTo: nil)
        for number in 1...3 { #expect(readers.submit { _ in _ = finished.put(number, bytes: 1) }) }
        #expect(readers.waitingJobs == 3)
        #expect(!readers.submit { _ in })
        _ = goOn.put(1, bytes: 1)
        readers.close()
        #expect(finished.takeAll(waitUpTo: 0) == [1, 2, 3])
        #expect(!readers.submit { _ in })
    }
}

@Suite("The readers' gate") struct ReadGateTests {
    @Test("waits for those inside and keeps others out until it opens", .timeLimit(.minutes(1))) func shutsAndOpens() throws {
        let gate = ReadGate()
        gate.enter()
        #expect(!gate.shut(waitUpTo: 1_000_000))
        let entered = Mailbox<Int>(byteLimit: 10)
        let thread = try Thread.start(name: "visitor") {
            gate.enter()
            _ = entered.put(1, bytes: 1)
            gate.leave()
        }
        #expect(entered.takeAll(waitUpTo: 5_000_000) == [])
        gate.leave()
        #expect(gate.shut(waitUpTo: 0))
        #expect(entered.takeAll(waitUpTo: 5_000_000) == [])
        gate.open()
        #expect(entered.takeAll(waitUpTo: nil) == [1])
        thread.join()
        #expect(!gate.isShut && gate.readersInside == 0)
    }

    @Test("hears the last one leave", .timeLimit(.minutes(1))) func hearsTheLast() throws {
        let gate = ReadGate()
        gate.enter()
        let thread = try Thread.start(name: "leaver") { gate.leave() }
        #expect(gate.shut(waitUpTo: 60_000_000_000))
        gate.open()
        thread.join()
    }
}
