import SQLite
import Store

/// An answer as it is kept beside its idempotency key: little-endian integers of eight bytes, then the packed rows.
enum AppliedCodec {
    /// Answers with more than this many bytes are kept without their rows.
    static let byteLimit = 16 << 10

    static func encode(_ applied: Applied) -> [UInt8] {
        let whole = bytes(applied, rows: applied.rows, result: applied.result)
        return whole.count <= byteLimit ? whole : bytes(applied, rows: [], result: [])
    }

    private static func bytes(_ applied: Applied, rows: [Row], result: [Row]) -> [UInt8] {
        var bytes: [UInt8] = []
        append(Int64(applied.affected), to: &bytes)
        append(Int64(applied.inserted), to: &bytes)
        append(applied.sequence.rawValue, to: &bytes)
        for list in [rows, result] {
            append(Int64(list.count), to: &bytes)
            for row in list {
                append(Int64(row.count), to: &bytes)
                append(Int64(row.bytes.count), to: &bytes)
                bytes += row.bytes
            }
        }
        return bytes
    }

    /// - Returns: nil when the bytes are none of ours.
    static func decode(_ bytes: [UInt8]) -> Applied? {
        var rest = bytes[...]
        guard let affected = integer(&rest), let inserted = integer(&rest), let sequence = integer(&rest), let rows = list(&rest),
            let result = list(&rest)
        else { return nil }
        return Applied(
            affected: affected, inserted: inserted, rows: rows, result: result, sequence: SequenceNumber(Int64(sequence)), isRepeated: true)
    }

    private static func list(_ rest: inout ArraySlice<UInt8>) -> [Row]? {
        guard let count = integer(&rest), 0...byteLimit ~= count else { return nil }
        var rows: [Row] = []
        for _ in 0..<count {
            guard let columns = integer(&rest), let length = integer(&rest), 0...rest.count ~= length,
                let row = Row(validating: Array(rest.prefix(length)), columns: columns)
            else { return nil }
            rows.append(row)
            rest = rest.dropFirst(length)
        }
        return rows
    }

    private static func append(_ number: Int64, to bytes: inout [UInt8]) {
        for index in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> Int64(8 * index))) }
    }

    private static func integer(_ rest: inout ArraySlice<UInt8>) -> Int? {
        guard rest.count >= 8 else { return nil }
        var number: UInt64 = 0
        for (index, byte) in rest.prefix(8).enumerated() { number |= UInt64(byte) << UInt64(8 * index) }
        rest = rest.dropFirst(8)
        return Int(truncatingIfNeeded: number)
    }
}
