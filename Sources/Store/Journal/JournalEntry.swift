package import SQLite

/// How changes stand in `sluice_journal`.
///
/// `new` is a packed row. `old` is a packed row for a DELETE; for an UPDATE it holds only the columns that differ: their count and
/// places (two bytes each, little endian), then a packed row of their values.
package enum JournalEntry {
    /// Takes the twelve parameters that `bind` gives.
    package static let insertSQL = """
        INSERT INTO sluice_journal (sequence, table_id, key, kind, layout, old, new, time, clock, role, sub, held)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    /// - Parameters:
    ///   - layout: the id in `sluice_layouts` of `JournalLayout.text(of:)`.
    ///   - clock: the sum of elapsed time, microseconds.
    package static func bind(_ change: Change, layout: Int64, clock: Int64, to statement: Statement) throws(SQLiteError) {
        try statement.bind(change.sequence.rawValue, at: 1)
        try statement.bind(Int64(change.table.id), at: 2)
        try statement.bind(.blob(change.key.bytes), at: 3)
        try statement.bind(Int64(change.kind.rawValue), at: 4)
        try statement.bind(layout, at: 5)
        try statement.bind(oldImage(of: change).map { .blob($0) } ?? .null, at: 6)
        try statement.bind(change.new.map { .blob($0.bytes) } ?? .null, at: 7)
        try statement.bind(change.committedAt, at: 8)
        try statement.bind(clock, at: 9)
        try statement.bind(.text(change.actor.role), at: 10)
        try statement.bind(change.actor.subject.map { .text($0) } ?? .null, at: 11)
        try statement.bind(change.isHeld ? 1 : 0, at: 12)
    }

    static func oldImage(of change: Change) -> [UInt8]? {
        guard let old = change.old else { return nil }
        guard let new = change.new, new.count == old.count else { return old.bytes }
        return difference(of: old, from: new)
    }

    /// The columns in which `old` is not as `new`; both have the same columns.
    static func difference(of old: Row, from new: Row) -> [UInt8] {
        let places = (0..<old.count).filter { !old.hasSameValue(at: $0, as: new) }
        var output: [UInt8] = []
        append(places.count, to: &output)
        var builder = Row.Builder(columns: places.count)
        for place in places {
            append(place, to: &output)
            builder.append(old, place)
        }
        output.append(contentsOf: builder.take().bytes)
        return output
    }

    /// Undoes `difference`; nil when the bytes are none for this row.
    static func old(from difference: [UInt8], new: Row) -> Row? {
        guard let count = number(difference, 0), difference.count >= 2 + 2 * count else { return nil }
        guard let values = Row(validating: Array(difference.dropFirst(2 + 2 * count)), columns: count) else { return nil }
        var builder = Row.Builder(columns: new.count, reserving: new.bytes.count)
        var taken = 0
        for column in 0..<new.count {
            if taken < count, number(difference, 1 + taken) == column {
                builder.append(values, taken)
                taken += 1
            } else {
                builder.append(new, column)
            }
        }
        // Places that are out of order or out of range were never reached.
        return taken == count ? builder.take() : nil
    }

    private static func append(_ number: Int, to output: inout [UInt8]) {
        output.append(UInt8(truncatingIfNeeded: number))
        output.append(UInt8(truncatingIfNeeded: number >> 8))
    }

    private static func number(_ bytes: [UInt8], _ index: Int) -> Int? {
        guard bytes.count >= 2 * index + 2 else { return nil }
        return Int(bytes[2 * index]) | Int(bytes[2 * index + 1]) << 8
    }
}
