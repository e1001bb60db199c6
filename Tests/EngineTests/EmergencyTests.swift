import Access
import Engine
import SQLite
import Store
import Testing

@Suite("Full disk")
struct EmergencyTests {
    static let stop = Functions.make(
        "stop_upload", ["UPDATE uploads SET status = 'stopped' WHERE id = :id"], parameters: [("id", .text)], audit: "stop")

    @Test("in an emergency deletes and stops are taken, everything else is 53100")
    func emergency() throws {
        let bench = try Bench(schema: Tables.schema(functions: [Self.stop]))
        let service = Writer(bench: bench)
        try bench.apply(service.insert("uploads", ["id": "a"]), service.insert("uploads", ["id": "b"]))
        bench.applier.isEmergency = true
        let outcomes = try bench.apply(
            service.insert("uploads", ["id": "c"]), service.update("uploads", "a", ["progress": 1]), service.call("stop_upload", "a"),
            service.delete("uploads", "b"))
        #expect(outcomes.map(\.code) == ["53100", "53100", nil, nil])
        #expect(try bench.rows("SELECT id, status FROM uploads") == [["a", "stopped"]])
        bench.applier.isEmergency = false
        #expect(try bench.apply(service.insert("uploads", ["id": "c"]))[0].code == nil)
    }

    @Test("a file that can grow no more refuses what does not fit, keeps what does, and is whole afterwards")
    func noRoom() throws {
        let bench = try Bench()
        let service = Writer(bench: bench)
        try bench.apply(service.insert("users", ["id": "a"]))
        let pages = try #require(try bench.value("PRAGMA page_count")?.integer)
        try bench.connection.execute("PRAGMA max_page_count = \(pages + 3)")
        var codes: [String?] = []
        var hasMetFullDisk = false
        for number in 0..<40 {
            codes += try bench.apply(
                service.insert(
                    "users", ["id": .text("big\(number)"), "email": .text(String(number) + String(repeating: "x", count: 2_000))])
            ).map(\.code)
            hasMetFullDisk = hasMetFullDisk || bench.last?.metFullDisk == true
        }
        #expect(codes.contains(nil))
        #expect(codes.contains("53100"))
        #expect(hasMetFullDisk)
        let kept = codes.count { $0 == nil }
        #expect(try bench.value("SELECT count(*) FROM users") == .integer(Int64(kept + 1)))
        #expect(bench.changes.map(\.sequence.rawValue) == (1...Int64(kept + 1)).map { $0 })
        #expect(try bench.value("SELECT count(*) FROM sluice_journal") == .integer(Int64(kept + 1)))
        try bench.connection.execute("PRAGMA max_page_count = 1000000")
        bench.applier.isEmergency = false
        #expect(try bench.apply(service.insert("users", ["id": "b"]))[0].code == nil)
        #expect(try bench.value("PRAGMA integrity_check") == "ok")
    }
}
