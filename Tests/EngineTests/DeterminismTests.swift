import Access
import Engine
import SQLite
import Store
import Testing

@Suite("Determinism")
struct DeterminismTests {
    static let functions = [
        Functions.make("fill", ["INSERT INTO users (id, email) VALUES (gen_random_uuid(), now())", "SELECT changes()"], audit: "fill"),
        Functions.make("tick", ["UPDATE users SET age = coalesce(age, 0) + 1"], schedule: "* * * * *"),
    ]

    @Test("the same blocks make the same file, however time between them is cut into empty blocks", arguments: 0..<5)
    func sameFile(seed: UInt64) throws {
        let one = try Bench(schema: Tables.schema(functions: Self.functions))
        let two = try Bench(schema: Tables.schema(functions: Self.functions))
        try play(one, seed: seed, pieces: 1)
        try play(two, seed: seed, pieces: 5)
        #expect(try digest(one) == digest(two))
        #expect(one.changes.map(\.sequence) == two.changes.map(\.sequence))
        #expect(one.changes.count > 100)
    }

    /// Time passes in steps of the holds' grid, so that what is due falls on the same instants.
    private func play(_ bench: Bench, seed: UInt64, pieces: Int64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let pause = 20_000 * Int64.random(in: 0...30, using: &random)
            if pause > 0 {
                for _ in 0..<(pause / 20_000) { for _ in 0..<pieces { try bench.apply([], elapsed: 20_000 / pieces) } }
            }
            try bench.apply((0..<Int.random(in: 1...4, using: &random)).map { _ in try mutation(bench, &random) })
        }
    }

    private func mutation(_ bench: Bench, _ random: inout SeededGenerator) throws -> Mutation {
        let writer = Writer(bench: bench)
        let key = Value.text(String(Int.random(in: 0..<8, using: &random)))
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return try writer.insert("uploads", ["id": key], conflict: .merge(columns: [0]), key: .init(key: [1], digest: [2]))
        case 1: return try writer.insert("uploads", ["id": key, "status": "uploading"], conflict: .ignore(columns: [0]))
        case 2: return try writer.delete("uploads", key)
        case 3: return try writer.call("fill")
        case 4: return try writer.update("uploads", nil, ["status": "failed"])
        default: return try writer.update("uploads", key, ["progress": .integer(Int64.random(in: 0...100, using: &random))])
        }
    }

    /// Every row of every table but the epochs; the count of blocks depends on the cuts.
    private func digest(_ bench: Bench) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let tables = try bench.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'sluice_epochs' ORDER BY name")
        for name in tables.compactMap({ $0[0].string }) {
            for row in try bench.rows("SELECT * FROM \(name) ORDER BY 1, 2") where row.first != "block" && row.first != "clock" {
                bytes += Row(row).bytes
            }
        }
        return Digest.sha256(bytes)
    }
}
