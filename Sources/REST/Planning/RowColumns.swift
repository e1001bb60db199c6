internal import JSON
internal import SQLite
internal import Store

/// The columns that a payload writes, and the values of one row after the other.
struct RowColumns {
    let table: Table
    /// Places in the table, in the order in which values are given.
    let columns: [Int]
    /// Whether the request named the columns: then other keys are ignored, and an absent key is not an error.
    let isNamed: Bool
    /// What an absent key becomes.
    let absent: Value?
    private let now: Int64
    /// By place in the table: where the column stands among the written ones, or -1.
    private var slots: [Int]

    /// - Parameters:
    ///   - names: the `columns` parameter.
    ///   - first: the payload's first object, whose keys are the columns otherwise.
    init(
        _ table: Table, names: [String]?, first: JSONView?, missing: Preferences.Missing?, isInsert: Bool, now: Int64
    ) throws(RequestError) {
        self.table = table
        self.now = now
        isNamed = names != nil
        absent = missing == .default ? nil : .null
        var slots = [Int](repeating: -1, count: table.columns.count)
        var columns: [Int] = []
        func add(_ name: String) throws(RequestError) {
            guard let place = table.place(of: name) else { throw .unknownColumn(name, of: table.name) }
            guard !table.columns[place].isGenerated else { throw .generatedColumn(name, isInsert: isInsert) }
            guard slots[place] < 0 else { return }
            slots[place] = columns.count
            columns.append(place)
        }
        if let names {
            for name in names { try add(name) }
        } else if let first {
            columns.reserveCapacity(first.count)
            try first.forEachMember { (key, _) throws(RequestError) in try add(key.string ?? "") }
        }
        self.slots = slots
        self.columns = columns
    }

    /// One row's values, in the order of `columns`; nil asks for the column's default.
    /// - Throws: PGRST102 when the keys are not those of the first object.
    func values(of object: JSONView) throws(RequestError) -> [Value?] {
        var values = [Value?](repeating: absent, count: columns.count)
        var filled = [Bool](repeating: false, count: columns.count)
        var count = 0
        try object.forEachMember { (key, value) throws(RequestError) in
            // Rows mostly repeat the first one's order of keys.
            let isNext = count < columns.count && !filled[count] && key.equals(table.columns[columns[count]].name)
            let slot = isNext ? count : self.slot(of: key)
            guard slot >= 0 else {
                if !isNamed { throw .unevenKeys }
                return
            }
            values[slot] = try parse(value, table.columns[columns[slot]].type)
            if !filled[slot] { count += 1 }
            filled[slot] = true
        }
        guard isNamed || count == columns.count else { throw .unevenKeys }
        return values
    }

    private func slot(of key: JSONView) -> Int { key.string.flatMap(table.place).map { slots[$0] } ?? -1 }

    private func parse(_ view: JSONView, _ type: ColumnType) throws(RequestError) -> Value {
        do throws(TypeError) { return try type.parse(json: view, now: now) } catch { throw RequestError(error) }
    }
}
