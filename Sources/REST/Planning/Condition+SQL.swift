internal import SQLite
internal import Store

extension Condition {
    /// Appends the condition as an SQL expression in parentheses.
    /// - Parameters:
    ///   - alias: what the statement calls `table`.
    ///   - embed: appends the EXISTS of an embed.
    func append(
        to sql: inout SQLText, table: Table, alias: String, embed: (Int, inout SQLText) throws(RequestError) -> Void
    ) throws(RequestError) {
        switch self {
        case .predicate(let predicate):
            sql.append("(")
            predicate.appendSQL(to: &sql, table: table, alias: alias)
            sql.append(")")
        case .json(let condition): try condition.append(to: &sql, alias: alias)
        case .containment(let condition): try condition.append(to: &sql, alias: alias)
        case .embed(let number): try embed(number, &sql)
        case .and(let members): try Self.append(members, joinedBy: " AND ", to: &sql, table: table, alias: alias, embed: embed)
        case .or(let members): try Self.append(members, joinedBy: " OR ", to: &sql, table: table, alias: alias, embed: embed)
        case .not(let member):
            sql.append("(NOT ")
            try member.append(to: &sql, table: table, alias: alias, embed: embed)
            sql.append(")")
        }
    }

    private static func append(
        _ members: [Condition], joinedBy word: String, to sql: inout SQLText, table: Table, alias: String,
        embed: (Int, inout SQLText) throws(RequestError) -> Void
    ) throws(RequestError) {
        sql.append("(")
        for (index, member) in members.enumerated() {
            if index > 0 { sql.append(word) }
            try member.append(to: &sql, table: table, alias: alias, embed: embed)
        }
        sql.append(")")
    }
}

extension JSONCondition {
    func append(to sql: inout SQLText, alias: String) throws(RequestError) {
        let expression = try column.sql(path: path, alias: alias)
        switch test {
        case .isNull:
            // JSON null is SQL null as text, and a value as JSON.
            sql.append("(\(expression) IS NULL)")
        case .compare(let comparison, let literal): try append(comparison, literal, expression, to: &sql, alias: alias)
        case .isDistinct(let literal):
            sql.append("(\(expression) IS NOT ")
            sql.bind(.text(literal))
            sql.append(")")
        case .isIn(let literals):
            sql.append("(\(expression) IN (")
            for (index, literal) in literals.enumerated() {
                if index > 0 { sql.append(",") }
                sql.bind(.text(literal))
            }
            sql.append("))")
        case .like(let pattern, let ignoringCase):
            sql.append(ignoringCase ? "sluice_ilike(" : "sluice_like(")
            sql.bind(.text(pattern))
            sql.append(", \(expression))")
        }
    }

    private func append(
        _ comparison: Predicate.Comparison, _ literal: [UInt8], _ expression: String, to sql: inout SQLText, alias: String
    ) throws(RequestError) {
        guard !isText, comparison != .equal, comparison != .notEqual else {
            sql.append("(\(expression) \(comparison.rawValue) ")
            sql.bind(.text(literal))
            sql.append(")")
            return
        }
        // Only numbers have an order worth asking for; other JSON is neither less nor greater here.
        guard let number = Double(String(decoding: literal, as: UTF8.self)) else {
            throw .notImplemented("an order of JSON values other than numbers")
        }
        let path = try self.path.sqlLiteral()
        let name = SQLText.quoted(alias) + "." + SQLText.quoted(column.name)
        sql.append("(json_type(\(name), \(path)) IN ('integer', 'real') AND json_extract(\(name), \(path)) \(comparison.rawValue) ")
        sql.bind(.real(number))
        sql.append(")")
    }
}
