import Access
import Engine
import SQLite
import Store
import Testing

@Suite("Throttle")
struct ThrottleTests {
    let bench: Bench
    let service: Writer

    init() throws {
        bench = try Bench()
        service = Writer(bench: bench)
        try bench.apply(service.insert("uploads", ["id": "a"]))
        _ = bench.takeChanges()
    }

    private func progress(_ value: Int64, after elapsed: Int64) throws {
        try bench.apply(service.update("uploads", "a", ["progress": .integer(value)]), elapsed: elapsed)
    }

    @Test("progress is told at most once per interval, and what was held goes out when due")
    func interval() throws {
        try progress(1, after: 2_000_000)
        #expect(bench.takeChanges().map(\.isHeld) == [false])
        try progress(2, after: 100_000)
        try progress(3, after: 100_000)
        #expect(bench.takeChanges().isEmpty)
        #expect(try bench.value("SELECT progress FROM uploads") == 3)
        #expect(try bench.value("SELECT count(*) FROM sluice_holds") == 1)
        try bench.apply([], elapsed: 799_999)
        #expect(bench.takeChanges().isEmpty)
        #expect(bench.applier.microsecondsUntilDue(now: bench.now) <= 20_001)
        try bench.apply([], elapsed: 20_001)
        let told = bench.takeChanges()
        #expect(told.map(\.isHeld) == [true])
        #expect(told.first?.actor == .system)
        #expect(told.first?.old?.value(at: 4) == 1)
        #expect(told.first?.new?.value(at: 4) == 3)
        #expect(try bench.value("SELECT count(*) FROM sluice_holds") == 0)
    }

    @Test("any other change of the row takes along what was held")
    func otherChange() throws {
        try progress(1, after: 100_000)
        try bench.apply(service.update("uploads", "a", ["status": "uploading"]), elapsed: 100_000)
        let told = bench.takeChanges()
        #expect(told.map(\.isHeld) == [true])
        #expect(told[0].old?.value(at: 4) == 0)
        #expect(told[0].new?.value(at: 4) == 1)
        #expect(told[0].new?.value(at: 3) == "uploading")
        try bench.apply([], elapsed: 3_000_000)
        #expect(bench.takeChanges().isEmpty)
    }

    @Test("a deleted row's last told image is the one that is told as gone; a new row of the key starts anew")
    func deletion() throws {
        try progress(1, after: 100_000)
        try bench.apply(service.delete("uploads", "a"), service.insert("uploads", ["id": "a", "progress": 9]), elapsed: 100_000)
        let told = bench.takeChanges()
        #expect(told.map(\.kind) == [.delete, .insert])
        #expect(told.map(\.isHeld) == [true, false])
        #expect(told[0].old?.value(at: 4) == 0)
        #expect(try bench.value("SELECT count(*) FROM sluice_holds") == 0)
        try progress(10, after: 100_000)
        #expect(bench.takeChanges().isEmpty)
    }

    @Test("a row that returns to its last told image has nothing left to tell")
    func back() throws {
        try progress(1, after: 100_000)
        try progress(0, after: 100_000)
        #expect(try bench.value("SELECT count(*) FROM sluice_holds") == 0)
        try bench.apply([], elapsed: 5_000_000)
        #expect(bench.takeChanges().isEmpty)
    }

    @Test("holds and the times of the last emissions are found again after a crash")
    func reopened() throws {
        try progress(1, after: 2_000_000)
        try progress(2, after: 100_000)
        _ = bench.takeChanges()
        try bench.reopen()
        try progress(3, after: 100_000)
        #expect(bench.takeChanges().isEmpty)
        try bench.apply([], elapsed: 900_000)
        let told = bench.takeChanges()
        #expect(told.map { $0.old?.value(at: 4) } == [1])
        #expect(told.map { $0.new?.value(at: 4) } == [3])
        try bench.reopen()
        try progress(4, after: 100_000)
        #expect(bench.takeChanges().isEmpty)
    }

    @Test("a refused block leaves no hold behind")
    func rolledBack() throws {
        let bad = try service.insert("uploads", ["id": "b", "status": "flying"])
        try bench.apply(service.update("uploads", "a", ["progress": 5]), bad, elapsed: 100_000)
        #expect(try bench.value("SELECT count(*) FROM sluice_holds") == 1)
        try bench.apply([], elapsed: 1_000_000)
        #expect(bench.takeChanges().count == 1)
    }
}
