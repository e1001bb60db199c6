/// One element of `select`.
indirect enum SelectItem: Hashable, Sendable {
    /// `*`
    case all
    case field(FieldItem)
    /// `count()`, alone or with an alias and a cast.
    case count(alias: String?)
    case embed(EmbedItem)

    struct FieldItem: Hashable, Sendable {
        var alias: String?
        var field: Field
        var cast: String?
        /// `sum`, `avg`, `count`, `max` or `min`.
        var aggregate: String?
    }

    /// A related table: `profiles!inner(email)`.
    struct EmbedItem: Hashable, Sendable {
        enum Join: Hashable, Sendable { case left, inner }

        var alias: String?
        /// The related table, a constraint or a key column.
        var target: String
        var hint: String?
        var join: Join = .left
        /// `...profiles(email)`: its columns become the parent's.
        var isSpread = false
        var items: [SelectItem]

        /// What filters, orders and limits inside it are prefixed with, and its key in the answer.
        var name: String { alias ?? target }
    }
}

extension Cursor {
    /// The whole `select` parameter; nothing at all means every column.
    static func select(_ value: [UInt8]) throws(RequestError) -> [SelectItem] {
        var cursor = Cursor(value, "select parameter")
        cursor.skipBlanks()
        guard !cursor.isAtEnd else { return [.all] }
        let items = try cursor.selectItems(depth: 0)
        try cursor.expectEnd("\",\" or end of input")
        return items
    }

    private mutating func selectItems(depth: Int) throws(RequestError) -> [SelectItem] {
        guard depth < Self.depthLimit else { throw failure(expecting: "at most \(Self.depthLimit) levels") }
        var items: [SelectItem] = []
        repeat {
            skipBlanks()
            items.append(try selectItem(depth: depth))
            skipBlanks()
        } while take(UInt8(ascii: ","))
        return items
    }

    private mutating func selectItem(depth: Int) throws(RequestError) -> SelectItem {
        if take(UInt8(ascii: "*")) { return .all }
        if take("...") {
            let target = try name()
            return .embed(try embed(alias: nil, target: target, isSpread: true, depth: depth))
        }
        var alias: String?
        var name = try name()
        if current == UInt8(ascii: ":"), following != UInt8(ascii: ":") {
            advance()
            alias = name
            name = try self.name()
        }
        if name == "count", take("()") {
            _ = try cast()
            return .count(alias: alias)
        }
        if current == UInt8(ascii: "(") || current == UInt8(ascii: "!") {
            return .embed(try embed(alias: alias, target: name, isSpread: false, depth: depth))
        }
        var item = SelectItem.FieldItem(alias: alias, field: Field(name: name, path: try jsonPath()))
        item.cast = try cast()
        if take(UInt8(ascii: ".")) {
            item.aggregate = try aggregate()
            _ = try cast()
        }
        return .field(item)
    }

    private mutating func embed(alias: String?, target: String, isSpread: Bool, depth: Int) throws(RequestError) -> SelectItem.EmbedItem {
        var item = SelectItem.EmbedItem(alias: alias, target: target, isSpread: isSpread, items: [])
        var parameters = 0
        while take(UInt8(ascii: "!")) {
            parameters += 1
            guard parameters <= 2 else { throw failure(expecting: "at most two embed parameters") }
            switch try name() {
            case "inner": item.join = .inner
            case "left": item.join = .left
            case let hint: item.hint = hint
            }
        }
        skipBlanks()
        try expect(UInt8(ascii: "("), or: "\"(\"")
        skipBlanks()
        if current != UInt8(ascii: ")") { item.items = try selectItems(depth: depth + 1) }
        try expect(UInt8(ascii: ")"), or: "\",\" or \")\"")
        return item
    }

    /// `::type`, if it comes next.
    private mutating func cast() throws(RequestError) -> String? {
        guard take("::") else { return nil }
        return try name()
    }

    private mutating func aggregate() throws(RequestError) -> String {
        for function in ["sum", "avg", "count", "max", "min"] where take(function + "()") { return function }
        throw failure(expecting: "aggregate function (sum(), avg(), count(), max() or min())")
    }
}
