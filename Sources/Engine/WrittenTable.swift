import SQLite
import Store

/// What the engine needs to know of a table for every write, worked out once.
final class WrittenTable: Sendable {
    let table: Table
    /// Place in the schema's tables, and the table's number for the capture.
    let place: Int
    let policy: TablePolicy
    /// Whether changes are journaled and told.
    let isRealtime: Bool
    let touch: Int?
    let lifecycle: Lifecycle?
    let throttle: Throttle?
    /// States a row may have; nil when every word is lawful.
    let states: Set<[UInt8]>?
    let columns: ColumnSet
    let touched: ColumnSet
    /// The throttled columns and the touched one.
    let throttled: ColumnSet
    /// `"name"` quoted for SQL.
    let quotedName: String
    let quotedColumns: [String]
    /// `"id" = ? AND …` over the primary key.
    let keyCondition: String
    /// Columns whose values the capture may give as integers.
    private let realColumns: [Int]

    init(_ table: Table, place: Int) {
        self.table = table
        self.place = place
        policy = table.policy ?? TablePolicy()
        isRealtime = policy.isRealtime
        touch = policy.touch
        lifecycle = policy.lifecycle
        throttle = policy.throttle
        states = policy.lifecycle.map { $0.active.union($0.final).union($0.hold) }
        columns = ColumnSet(table.columns.indices)
        let touch = policy.touch.map { [$0] } ?? []
        touched = ColumnSet(touch)
        throttled = ColumnSet(Array(policy.throttle?.columns ?? []) + touch)
        quotedName = table.name.quoted
        quotedColumns = table.columns.map(\.name.quoted)
        keyCondition = table.primaryKey.map { "\(table.columns[$0].name.quoted) = ?" }.joined(separator: " AND ")
        realColumns = table.columns.filter { $0.type.storage == .real }.map(\.index)
    }

    /// A captured image as the row reads: a whole number in a REAL column is stored, and captured, as an integer.
    func image(_ captured: Row) -> Row {
        let isWhole = captured.count == table.columns.count
        guard !isWhole || realColumns.contains(where: { captured.kind(at: $0) == .integer }) else { return captured }
        var builder = Row.Builder(columns: table.columns.count, reserving: captured.bytes.count)
        var place = 0
        for column in table.columns {
            // Virtual columns are not captured.
            if !isWhole, column.isGenerated {
                builder.appendNull()
                continue
            }
            if column.type.storage == .real, let number = captured.integer(at: place) {
                builder.append(real: Double(number))
            } else {
                builder.append(captured, place)
            }
            place += 1
        }
        return builder.take()
    }
}

extension String {
    /// As an identifier in SQL.
    var quoted: String {
        var text = "\""
        for character in unicodeScalars {
            if character == "\"" { text += "\"" }
            text.unicodeScalars.append(character)
        }
        return text + "\""
    }
}
