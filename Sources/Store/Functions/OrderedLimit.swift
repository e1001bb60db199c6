/// LIMIT in a statement that writes must cut an order without ties: its ORDER BY ends in the primary key.
struct OrderedLimit {
    private let tokens: ArraySlice<SQLToken>
    private let tables: [Table]

    init(_ part: SQLScript.Part, tables: [Table]) {
        tokens = part.tokens
        let names = Set(part.tokens.compactMap { $0.name?.lowercased() })
        self.tables = tables.filter { names.contains($0.name.lowercased()) }
    }

    func check(in file: ConfigurationFile) throws(ConfigurationError) {
        for index in tokens.indices where tokens[index].isWord("limit") && !endsInKey(order(before: index)) {
            throw ConfigurationError("LIMIT in a write needs an ORDER BY that ends in the primary key", at: tokens[index].offset, in: file)
        }
    }

    /// The terms between ORDER BY and LIMIT, of the same parentheses; nil when there is no ORDER BY.
    private func order(before limit: Int) -> ArraySlice<SQLToken>? {
        var depth = 0
        for index in tokens[..<limit].indices.reversed() {
            if tokens[index].isPunctuation(")") { depth += 1 }
            if tokens[index].isPunctuation("(") { depth -= 1 }
            if depth < 0 { return nil }
            if depth == 0, tokens[index].isWord("order") { return tokens[min(index + 2, limit)..<limit] }
        }
        return nil
    }

    private func endsInKey(_ order: ArraySlice<SQLToken>?) -> Bool {
        guard let order else { return false }
        let plain = order.filter { token in !["asc", "desc", "nulls", "first", "last"].contains { token.isWord($0) } }
        let terms = plain.split { $0.isPunctuation(",") }.map { term in
            // A column, maybe behind its table's name and a dot.
            let isColumn = term.count == 1 || term.count == 3 && term.dropFirst().first?.isPunctuation(".") == true
            return isColumn ? term.last?.name?.lowercased() : nil
        }
        return tables.contains { table in
            let key = Set(table.primaryKey.map { table.columns[$0].name.lowercased() })
            return terms.count >= key.count && Set(terms.suffix(key.count).compactMap(\.self)) == key
        }
    }
}
