import SQLite
import Store

/// The text of a plain write being put together, and what its parameters will be bound to, in order.
///
/// The text depends on the shape of the mutation only, so that one prepared statement serves every row.
struct WriteTemplate {
    /// Where a parameter's value comes from.
    enum Slot {
        /// The value written to a column: by its place in the mutation's list.
        case written(Int)
        /// The block's time as a column's type.
        case now(ColumnType)
        /// How many writes this one stands for.
        case count
        /// Of the row's key, by place.
        case key(Int)
        case constant(Value)
    }

    private(set) var text: String
    private(set) var slots: [Slot] = []

    init(_ text: String) { self.text = text }

    mutating func append(_ more: String) { text += more }

    mutating func append(_ slot: Slot) {
        text += "?"
        slots.append(slot)
    }

    mutating func append(_ predicate: Predicate, table: Table) {
        var sql = SQLText()
        predicate.appendSQL(to: &sql, table: table)
        text += sql.text
        slots += sql.values.map { .constant($0) }
    }
}

/// A prepared write and the order of its values.
struct PreparedWrite {
    let statement: Statement
    let slots: [WriteTemplate.Slot]

    /// Binds everything but what the slots leave out: `written` and `key` may be empty when no slot asks for them.
    func bind(written: [Value?], key: RowKey?, count: Int64, now: (ColumnType) -> Value) throws {
        for (place, slot) in slots.enumerated() {
            let index = place + 1
            switch slot {
            case .written(let at): try statement.bind(written[at] ?? .null, at: index)
            case .now(let type): try statement.bind(now(type), at: index)
            case .count: try statement.bind(count, at: index)
            case .key(let at): if let key { try statement.bind(key.values, at, at: index) }
            case .constant(let value): try statement.bind(value, at: index)
            }
        }
    }
}
