import Testing

@testable import SQLite

@Suite("Row") struct RowTests {
    private static let values: [Value] = [
        .null, .integer(-5), .real(2.5), .text("né"), .blob([0, 255]), .text(""), .blob([]), .integer(.max),
    ]

    @Test("gives back what it was made of") func roundTrip() {
        let row = Row(Self.values)
        #expect(row.values == Self.values)
        #expect(Row(validating: row.bytes, columns: row.count) == row)
    }

    @Test("takes no bytes that are none of a row, and never traps") func validates() {
        let bytes = Row(Self.values).bytes
        #expect(Row(validating: bytes, columns: Self.values.count + 1) == nil)
        #expect(Row(validating: bytes, columns: Self.values.count - 1) == nil)
        #expect(Row(validating: bytes, columns: -1) == nil)
        #expect(Row(validating: [], columns: 0) != nil)
        for length in 0..<bytes.count { #expect(Row(validating: Array(bytes.prefix(length)), columns: Self.values.count) == nil) }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var damaged = bytes
            for _ in 0..<3 {
                damaged[Int.random(in: damaged.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            if let row = Row(validating: damaged, columns: Self.values.count) { #expect(row.values.count == Self.values.count) }
        }
    }

    @Test("knows a column of equal value in another row") func comparesColumns() {
        let left = Row([.integer(1), .text("a"), .null])
        let right = Row([.integer(1), .text("b"), .null])
        #expect(left.hasSameValue(at: 0, as: right))
        #expect(!left.hasSameValue(at: 1, as: right))
        #expect(left.hasSameValue(at: 2, as: right))
        #expect(left.replacing([1: .text("b")]) == right)
    }
}
