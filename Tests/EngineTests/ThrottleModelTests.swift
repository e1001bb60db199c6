import Access
import Engine
import SQLite
import Store
import Testing

/// Random histories in virtual time against a subscriber that does what it is told.
@Suite("Throttle model")
struct ThrottleModelTests {
    private static let keys: [Value] = ["a", "b", "c"]
    private static let touch = 9

    @Test("a subscriber that applies what it is told ends with the table, whatever happens", arguments: 0..<20)
    func histories(part: UInt64) throws {
        var random = SeededGenerator(seed: part)
        let bench = try Bench()
        var subscriber = Subscriber()
        for _ in 0..<1_000 { try history(bench, &subscriber, &random) }
    }

    /// A few blocks, then quiet. The file goes on to the next history, which starts from whatever stands in it.
    private func history(_ bench: Bench, _ subscriber: inout Subscriber, _ random: inout SeededGenerator) throws {
        for _ in 0..<Int.random(in: 2...6, using: &random) {
            let mutations = try (0..<Int.random(in: 0...3, using: &random)).map { _ in try mutation(bench, &random) }
            try bench.apply(mutations, elapsed: [0, 3_000, 20_000, 150_000, 400_000, 1_100_000].randomElement(using: &random) ?? 0)
            try subscriber.take(bench.takeChanges(), at: bench.applier.clock)
            try checkInvariant(bench, subscriber)
            if Int.random(in: 0..<60, using: &random) == 0 { try bench.reopen() }
        }
        try bench.apply([], elapsed: 1_100_000)
        try subscriber.take(bench.takeChanges(), at: bench.applier.clock)
        try checkInvariant(bench, subscriber)
        #expect(try bench.value("SELECT count(*) FROM sluice_holds") == 0)
    }

    private func mutation(_ bench: Bench, _ random: inout SeededGenerator) throws -> Mutation {
        let writer = Writer(bench: bench)
        let key = Self.keys.randomElement(using: &random) ?? "a"
        let progress = Value.integer(Int64.random(in: 0...3, using: &random))
        switch Int.random(in: 0..<20, using: &random) {
        case 0...11: return try writer.update("uploads", key, ["progress": progress])
        case 12: return try writer.update("uploads", key, ["progress": progress, "speed": .real(Double.random(in: 0...1, using: &random))])
        case 13, 14:
            let state = ["uploading", "failed", "stopped", "flying"].randomElement(using: &random) ?? ""
            return try writer.update("uploads", key, ["status": .text(state), "progress": progress])
        case 15: return try writer.delete("uploads", key)
        default: return try writer.insert("uploads", ["id": key, "progress": progress])
        }
    }

    /// A row differs from what was last told of it if and only if it has a hold.
    private func checkInvariant(_ bench: Bench, _ subscriber: Subscriber) throws {
        let rows = try bench.rows("SELECT * FROM uploads ORDER BY id")
        let held = Set(try bench.rows("SELECT key FROM sluice_holds").map { $0[0] })
        try #require(Set(rows.map { $0[0] }) == Set(subscriber.rows.keys))
        for row in rows {
            let told = try #require(subscriber.rows[row[0]])
            let differs = row.indices.contains { $0 != Self.touch && row[$0] != told[$0] }
            try #require(differs == held.contains(.blob(RowKey(Row([row[0]])).bytes)))
        }
    }

    private struct Subscriber {
        var rows: [Value: [Value]] = [:]
        var sequence = SequenceNumber.zero
        /// When a change of throttled columns alone was last told of a row.
        var told: [Value: Int64] = [:]

        mutating func take(_ changes: [Change], at clock: Int64) throws {
            for change in changes {
                try #require(change.sequence == sequence.next)
                sequence = change.sequence
                let key = change.key.values.value(at: 0)
                switch change.kind {
                case .insert: try #require(rows[key] == nil)
                case .update, .delete:
                    let old = try #require(change.old?.values)
                    let known = try #require(rows[key])
                    try #require(old.indices.allSatisfy { $0 == ThrottleModelTests.touch || old[$0] == known[$0] })
                }
                if change.kind == .update, let old = change.old, let new = change.new {
                    let isThrottled = (0..<new.count).allSatisfy { [4, 5, 6, 9].contains($0) || old.hasSameValue(at: $0, as: new) }
                    if isThrottled, let last = told[key] { try #require(clock - last >= 1_000_000) }
                }
                told[key] = clock
                rows[key] = change.new?.values
            }
        }
    }
}

/// Source: prng.di.unimi.it/splitmix64.c.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
