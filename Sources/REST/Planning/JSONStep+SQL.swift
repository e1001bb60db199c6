internal import Store

extension [JSONStep] {
    /// The path in SQLite's words as an SQL string literal: `'$."device"[0]'`.
    ///
    /// - Throws: PGRST127 for a key that holds `"`, which SQLite's paths cannot say.
    func sqlLiteral() throws(RequestError) -> String {
        var path = "'$"
        for step in self {
            switch step.key {
            case .index(let index): path += index < 0 ? "[#\(index)]" : "[\(index)]"
            case .name(let name):
                guard !name.contains(UInt8(ascii: "\"")), !name.contains(0) else {
                    throw .notImplemented("a JSON key with a quotation mark")
                }
                path += ".\"" + String(decoding: name, as: UTF8.self).replacingQuotes + "\""
            }
        }
        return path + "'"
    }
}

extension String {
    /// As it may stand in an SQL string literal.
    var replacingQuotes: String { split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") }
}

extension Column {
    /// An SQL expression for what stands at `path`: text after `->>`, compact JSON after `->`; NULL where nothing stands.
    ///
    /// SQLite's own `->>` would make numbers and booleans SQL values and lose digits.
    func sql(path: [JSONStep], alias: String) throws(RequestError) -> String {
        switch type {
        case .json, .jsonb, .array: break
        default: return "NULL"
        }
        let literal = try path.sqlLiteral()
        let column = SQLText.quoted(alias) + "." + SQLText.quoted(name)
        guard path.last?.isText ?? false else { return "(\(column) -> \(literal))" }
        return """
            (CASE json_type(\(column), \(literal)) WHEN 'null' THEN NULL WHEN 'text' THEN json_extract(\(column), \(literal)) \
            ELSE \(column) -> \(literal) END)
            """
    }
}
