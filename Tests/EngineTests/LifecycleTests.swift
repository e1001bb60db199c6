import Access
import Engine
import SQLite
import Store
import Testing

@Suite("Lifecycle")
struct LifecycleTests {
    static let states = ["pending", "uploading", "retrying", "completed", "failed", "stopped"]
    static let final: Set<String> = ["completed", "failed", "stopped"]
    static let held: Set<String> = ["completed", "stopped"]
    static let pairs = states.flatMap { from in states.map { (from, $0) } }

    static let functions = [
        Functions.make("set_status", ["UPDATE uploads SET status = :status"], parameters: [("status", .text)]),
        Functions.make("reset_status", ["UPDATE uploads SET status = :status"], parameters: [("status", .text)], leaves: ["uploads"]),
        Functions.make("replace_upload", ["INSERT OR REPLACE INTO uploads (id, status) VALUES ('a', 'pending')"]),
    ]

    private func bench(state: String) throws -> (Bench, Writer) {
        let bench = try Bench(schema: Tables.schema(functions: Self.functions))
        let writer = Writer(bench: bench)
        try bench.apply(writer.insert("uploads", ["id": "a", "status": .text(state)]))
        return (bench, writer)
    }

    @Test("plain writes move a row anywhere but out of a holding state", arguments: pairs)
    func plain(from: String, to: String) throws {
        let (bench, writer) = try bench(state: from)
        let before = try bench.rows("SELECT finished_at FROM uploads")[0][0]
        #expect(before.isNull == !Self.final.contains(from))
        let outcome = try bench.apply(
            writer.update("uploads", "a", ["status": .text(to), "title": "new", "speed": 1.5], returning: .init(rows: true)),
            elapsed: 5_000_000)[0]
        let row = try #require(outcome.applied?.rows.first)
        #expect(outcome.applied?.affected == 1)
        let now = Value.text(Timestamp.text(bench.now))
        if Self.held.contains(from) {
            #expect(row.value(at: 3) == .text(from))
            #expect(row.value(at: 2) == "untitled")
            #expect(row.value(at: 5) == 1.5, "columns that held writes reach are written")
            #expect(row.value(at: 6) == 1)
            #expect(row.value(at: 8) == before)
            let acknowledges = ["retrying", "failed", "completed"].contains(to) && to != from
            #expect(row.value(at: 7) == (acknowledges ? now : .null))
        } else {
            #expect(row.value(at: 3) == .text(to))
            #expect(row.value(at: 2) == "new")
            #expect(row.value(at: 6) == 0)
            let expected: Value = !Self.final.contains(to) ? .null : to == from ? before : now
            #expect(row.value(at: 8) == expected)
        }
        #expect(row.value(at: 9) == now)
    }

    @Test("an upsert onto a row obeys the same", arguments: pairs)
    func upsert(from: String, to: String) throws {
        let (bench, writer) = try bench(state: from)
        let outcome = try bench.apply(
            writer.insert("uploads", ["id": "a", "status": .text(to), "title": "new"], conflict: .merge(columns: [0])), elapsed: 5_000_000)[
                0]
        #expect(outcome.applied?.affected == 1)
        #expect(outcome.applied?.inserted == 0)
        let isHeld = Self.held.contains(from)
        let acknowledges = isHeld && ["retrying", "failed", "completed"].contains(to) && to != from
        #expect(
            try bench.rows("SELECT status, title, late_writes, stop_seen_at IS NOT NULL FROM uploads")
                == [[.text(isHeld ? from : to), isHeld ? "untitled" : "new", isHeld ? 1 : 0, acknowledges ? 1 : 0]])
    }

    @Test("a function leaves a holding state only when it says so", arguments: pairs)
    func function(from: String, to: String) throws {
        let (bench, writer) = try bench(state: from)
        let refused = Self.held.contains(from) && from != to
        let outcome = try bench.apply(writer.call("set_status", .text(to)), elapsed: 5_000_000)[0]
        #expect(outcome.code == (refused ? "P0001" : nil))
        #expect(try bench.value("SELECT status FROM uploads") == .text(refused ? from : to))
        let allowed = try bench.apply(writer.call("reset_status", .text(to)))[0]
        #expect(allowed.code == nil)
        #expect(try bench.value("SELECT status FROM uploads") == .text(to))
        #expect(try bench.value("SELECT finished_at IS NOT NULL FROM uploads") == (Self.final.contains(to) ? 1 : 0))
    }

    @Test("replacing a held row is leaving its state too")
    func replace() throws {
        let (bench, writer) = try bench(state: "stopped")
        #expect(try bench.apply(writer.call("replace_upload"))[0].code == "P0001")
        #expect(try bench.value("SELECT status FROM uploads") == "stopped")
    }

    @Test("a word that is no state is refused, in plain writes and in functions, held or not", arguments: states)
    func unlisted(from: String) throws {
        let (bench, writer) = try bench(state: from)
        let outcomes = try bench.apply(
            writer.update("uploads", "a", ["status": "flying"]), writer.call("reset_status", "flying"),
            writer.insert("uploads", ["id": "a", "status": "flying"], conflict: .merge(columns: [0])),
            writer.insert("uploads", ["id": "b", "status": "flying"]))
        #expect(outcomes.map(\.code) == ["23514", "23514", "23514", "23514"])
        #expect(try bench.rows("SELECT status, late_writes FROM uploads") == [[.text(from), 0]])
    }

    @Test("late writes are counted one by one, and only the first acknowledgement is kept")
    func late() throws {
        let (bench, writer) = try bench(state: "stopped")
        try bench.apply(writer.update("uploads", "a", ["progress": 50]), writer.update("uploads", "a", ["progress": 60]))
        try bench.apply(writer.update("uploads", "a", ["status": "failed"]), elapsed: 2_000_000)
        let acknowledged = Value.text(Timestamp.text(bench.now))
        try bench.apply(writer.update("uploads", "a", ["status": "completed"]), elapsed: 2_000_000)
        #expect(
            try bench.rows("SELECT status, progress, late_writes, stop_seen_at FROM uploads") == [["stopped", 0, 4, acknowledged]])
    }

    @Test("an acknowledgement goes out at once, counts alone are throttled")
    func acknowledgement() throws {
        let (bench, writer) = try bench(state: "stopped")
        _ = bench.takeChanges()
        try bench.apply(writer.update("uploads", "a", ["progress": 50]), elapsed: 100_000)
        #expect(bench.takeChanges().isEmpty)
        try bench.apply(writer.update("uploads", "a", ["status": "failed"]), elapsed: 100_000)
        let told = bench.takeChanges()
        #expect(told.map(\.isHeld) == [true])
        #expect(told[0].old?.value(at: 6) == 0)
        #expect(told[0].new?.value(at: 6) == 2)
    }

    @Test("a time of finishing that is given stands")
    func finishedGiven() throws {
        let (bench, writer) = try bench(state: "uploading")
        try bench.apply(writer.update("uploads", "a", ["status": "failed", "finished_at": "2026-01-15T10:00:00+00:00"]))
        #expect(try bench.value("SELECT finished_at FROM uploads") == "2026-01-15T10:00:00+00:00")
        try bench.apply(writer.update("uploads", "a", ["status": "retrying"]))
        #expect(try bench.value("SELECT finished_at FROM uploads") == .null)
    }
}
