import Glibc

/// The values of one row, packed into one allocation, in column order.
///
/// Layout: one little-endian word of four bytes per column (kind in the top three bits, end offset of the column's bytes in the rest),
/// then the bytes of all columns. Integers and reals take eight bytes. Two rows are equal when their bytes are.
package struct Row: Hashable, Sendable {
    package enum Kind: UInt8, Sendable { case null, integer, real, text, blob }

    /// Header and contents; `range(at:)` gives the place of a column's text.
    package let bytes: [UInt8]
    package let count: Int

    fileprivate init(bytes: [UInt8], count: Int) {
        self.bytes = bytes
        self.count = count
    }

    package init(_ values: [Value]) {
        var builder = Builder(columns: values.count)
        for value in values { builder.append(value) }
        self = builder.take()
    }

    /// A row of so many columns from bytes that came from a file; nil when they are none.
    package init?(validating bytes: [UInt8], columns: Int) {
        guard columns >= 0, columns <= 1 << 16, bytes.count >= columns * 4, bytes.count <= Int(Row.offsetMask) else { return nil }
        self.init(bytes: bytes, count: columns)
        var end = columns * 4
        for column in 0..<columns {
            let next = Int(word(column) & Row.offsetMask)
            guard next >= end, let kind = Kind(rawValue: UInt8(word(column) >> 29)) else { return nil }
            switch kind {
            case .null: guard next == end else { return nil }
            case .integer, .real: guard next == end + 8 else { return nil }
            case .text, .blob: break
            }
            end = next
        }
        guard end == bytes.count else { return nil }
    }

    package func kind(at column: Int) -> Kind { Kind(rawValue: UInt8(word(column) >> 29)) ?? .null }

    package func isNull(at column: Int) -> Bool { word(column) >> 29 == 0 }

    /// Where the column's bytes stand in `bytes`: the text itself for text and blobs.
    package func range(at column: Int) -> Range<Int> {
        let start = column == 0 ? count * 4 : Int(word(column - 1) & Row.offsetMask)
        return start..<Int(word(column) & Row.offsetMask)
    }

    package func slice(at column: Int) -> ArraySlice<UInt8> { bytes[range(at: column)] }

    /// The value of an integer column; nil for any other kind.
    package func integer(at column: Int) -> Int64? {
        guard kind(at: column) == .integer else { return nil }
        return Int64(bitPattern: eightBytes(at: range(at: column).lowerBound))
    }

    /// The value of a real column; nil for any other kind.
    package func real(at column: Int) -> Double? {
        guard kind(at: column) == .real else { return nil }
        return Double(bitPattern: eightBytes(at: range(at: column).lowerBound))
    }

    package func value(at column: Int) -> Value {
        switch kind(at: column) {
        case .null: .null
        case .integer: .integer(Int64(bitPattern: eightBytes(at: range(at: column).lowerBound)))
        case .real: .real(Double(bitPattern: eightBytes(at: range(at: column).lowerBound)))
        case .text: .text(Array(slice(at: column)))
        case .blob: .blob(Array(slice(at: column)))
        }
    }

    package var values: [Value] { (0..<count).map(value(at:)) }

    /// Whether both rows hold the same value there, kind included.
    package func hasSameValue(at column: Int, as other: Row) -> Bool {
        guard word(column) >> 29 == other.word(column) >> 29 else { return false }
        let mine = range(at: column)
        let theirs = other.range(at: column)
        guard mine.count == theirs.count else { return false }
        precondition(mine.upperBound <= bytes.count && theirs.upperBound <= other.bytes.count, "a column's bytes lie within its row")
        return unsafe bytes.withUnsafeBytes { left in
            unsafe other.bytes.withUnsafeBytes { right in
                guard let one = left.baseAddress, let two = right.baseAddress else { return true }
                return unsafe memcmp(one + mine.lowerBound, two + theirs.lowerBound, mine.count) == 0
            }
        }
    }

    /// Whether the column holds exactly this value.
    package func holds(_ value: Value, at column: Int) -> Bool {
        switch value {
        case .null: isNull(at: column)
        case .integer(let number): integer(at: column) == number
        case .real(let number): real(at: column)?.bitPattern == number.bitPattern
        case .text(let text): kind(at: column) == .text && slice(at: column).elementsEqual(text)
        case .blob(let blob): kind(at: column) == .blob && slice(at: column).elementsEqual(blob)
        }
    }

    /// The same row with some columns replaced.
    package func replacing(_ replacements: [Int: Value]) -> Row {
        var builder = Builder(columns: count)
        for column in 0..<count {
            if let value = replacements[column] { builder.append(value) } else { builder.append(self, column) }
        }
        return builder.take()
    }

    private static let offsetMask: UInt32 = (1 << 29) - 1

    private func word(_ column: Int) -> UInt32 {
        precondition(column >= 0 && column < count, "a row of \(count) columns has no column \(column)")
        return unsafe bytes.withUnsafeBytes { unsafe UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: column * 4, as: UInt32.self)) }
    }

    private func eightBytes(at offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset + 8 <= bytes.count, "a number takes eight bytes")
        return unsafe bytes.withUnsafeBytes { unsafe UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
    }
}

extension Row {
    /// Packs values in column order; exactly `columns` of them must be appended before `take()`.
    package struct Builder {
        private var bytes: [UInt8]
        private let columns: Int
        private var filled = 0

        package init(columns: Int, reserving capacity: Int = 0) {
            self.columns = columns
            bytes = []
            bytes.reserveCapacity(columns * 4 + max(capacity, columns * 12))
            bytes.append(contentsOf: repeatElement(0, count: columns * 4))
        }

        package mutating func append(_ value: Value) {
            switch value {
            case .null: appendNull()
            case .integer(let number): append(integer: number)
            case .real(let number): append(real: number)
            case .text(let text): bytes.append(contentsOf: text); close(.text)
            case .blob(let blob): bytes.append(contentsOf: blob); close(.blob)
            }
        }

        package mutating func append(_ row: Row, _ column: Int) {
            bytes.append(contentsOf: row.bytes[row.range(at: column)])
            close(row.kind(at: column))
        }

        package mutating func appendNull() { close(.null) }

        package mutating func append(integer: Int64) { appendEight(UInt64(bitPattern: integer)); close(.integer) }

        package mutating func append(real: Double) { appendEight(real.bitPattern); close(.real) }

        mutating func append(text: UnsafeRawBufferPointer) { unsafe bytes.append(contentsOf: text); close(.text) }

        mutating func append(blob: UnsafeRawBufferPointer) { unsafe bytes.append(contentsOf: blob); close(.blob) }

        package mutating func take() -> Row {
            precondition(filled == columns, "a row of \(columns) columns was given \(filled)")
            return Row(bytes: bytes, count: columns)
        }

        private mutating func appendEight(_ value: UInt64) {
            unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
        }

        private mutating func close(_ kind: Kind) {
            let word = UInt32(kind.rawValue) << 29 | UInt32(truncatingIfNeeded: bytes.count)
            precondition(filled < columns, "a row of \(columns) columns is full")
            let at = filled * 4
            unsafe bytes.withUnsafeMutableBytes { unsafe $0.storeBytes(of: word.littleEndian, toByteOffset: at, as: UInt32.self) }
            filled += 1
        }
    }
}
