import Access
import SQLite
import Store

enum Tables {
    /// The table of the transcripts.
    static func uploads(id: Int = 1, name: String = "upload_queue", _ edit: (inout TablePolicy) -> Void = { _ in }) -> Table {
        var policy = TablePolicy()
        policy.isRealtime = true
        policy.access.rules[.viewer] = [.select: .all]
        policy.access.rules[.anon] = [.select: .all]
        edit(&policy)
        return make(
            id: id, name: name,
            [("id", .int8), ("file_name", .text), ("status", .text), ("progress", .float8), ("created_at", .timestamptz)], policy)
    }

    static func make(id: Int, name: String, _ columns: [(String, ColumnType)], primaryKey: [Int] = [0], _ policy: TablePolicy?) -> Table {
        Table(
            id: id, name: name,
            columns: columns.enumerated().map { Column(index: $0, name: $1.0, type: $1.1, isNotNull: false, defaultSQL: nil) },
            primaryKey: primaryKey, policy: policy)
    }

    static func row(_ id: Int64, _ status: String, _ progress: Double = 0, name: String = "a.bin") -> Row {
        Row([.integer(id), .text(name), .text(status), .real(progress), .text("2026-11-20T09:30:00.123456+00:00")])
    }
}

/// A small generator of reproducible numbers (SplitMix64).
struct Dice: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }

    mutating func roll(_ sides: Int) -> Int { Int(next() % UInt64(sides)) }
    mutating func chance(_ percent: Int) -> Bool { roll(100) < percent }
}
