import SQLite

/// Some columns of a table.
struct ColumnSet: Equatable {
    private var low: UInt64 = 0
    /// Columns from 64 on, 64 to a word; empty for most tables.
    private var high: [UInt64] = []

    init() {}

    init(_ columns: some Sequence<Int>) { for column in columns { insert(column) } }

    /// The columns in which two rows of one table differ, by value.
    init(differing old: Row, _ new: Row) {
        for column in 0..<min(old.count, new.count) where !old.hasSameValue(at: column, as: new) { insert(column) }
    }

    var isEmpty: Bool { low == 0 && high.allSatisfy { $0 == 0 } }

    func contains(_ column: Int) -> Bool {
        if column < 64 { return low >> UInt64(column) & 1 == 1 }
        let word = column / 64 - 1
        return word < high.count && high[word] >> UInt64(column % 64) & 1 == 1
    }

    mutating func insert(_ column: Int) {
        if column < 64 {
            low |= 1 << UInt64(column)
            return
        }
        let word = column / 64 - 1
        while high.count <= word { high.append(0) }
        high[word] |= 1 << UInt64(column % 64)
    }

    func isSubset(of other: ColumnSet) -> Bool {
        guard low & ~other.low == 0 else { return false }
        return high.indices.allSatisfy { high[$0] & ~($0 < other.high.count ? other.high[$0] : 0) == 0 }
    }

    /// Calls `body` with each column, ascending.
    func forEach(_ body: (Int) throws -> Void) rethrows {
        try Self.forEach(low, from: 0, body)
        for (word, bits) in high.enumerated() { try Self.forEach(bits, from: 64 * (word + 1), body) }
    }

    private static func forEach(_ bits: UInt64, from base: Int, _ body: (Int) throws -> Void) rethrows {
        var bits = bits
        while bits != 0 {
            try body(base + bits.trailingZeroBitCount)
            bits &= bits - 1
        }
    }
}
