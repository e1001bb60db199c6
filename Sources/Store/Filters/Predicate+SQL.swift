import SQLite

extension Predicate {
    /// Appends the condition as an SQL expression in parentheses where needed; values are bound, never written.
    /// - Parameter alias: qualifies the columns; nil leaves them bare.
    package func appendSQL(to sql: inout SQLText, table: Table, alias: String? = nil) {
        switch self {
        case .always: sql.append("1")
        case .never: sql.append("0")
        case .compare(let column, let comparison, let value):
            Self.append(column, table, alias, to: &sql)
            sql.append(" \(comparison.rawValue) ")
            sql.bind(value)
        case .like(let column, let pattern, let ignoringCase):
            sql.append(ignoringCase ? "sluice_ilike(" : "sluice_like(")
            sql.bind(.text(pattern))
            sql.append(", ")
            Self.append(column, table, alias, to: &sql)
            sql.append(")")
        case .isIn(let column, let values):
            Self.append(column, table, alias, to: &sql)
            sql.append(" IN (")
            for (index, value) in values.enumerated() {
                if index > 0 { sql.append(", ") }
                sql.bind(value)
            }
            sql.append(")")
        case .isNull(let column):
            Self.append(column, table, alias, to: &sql)
            sql.append(" IS NULL")
        case .isBool(let column, let expected):
            Self.append(column, table, alias, to: &sql)
            sql.append(expected ? " IS TRUE" : " IS FALSE")
        case .isDistinct(let column, let value):
            Self.append(column, table, alias, to: &sql)
            sql.append(" IS NOT ")
            sql.bind(value)
        case .and(let conditions): Self.append(conditions, "AND", empty: "1", table, alias, to: &sql)
        case .or(let conditions): Self.append(conditions, "OR", empty: "0", table, alias, to: &sql)
        case .not(let condition):
            sql.append("NOT (")
            condition.appendSQL(to: &sql, table: table, alias: alias)
            sql.append(")")
        }
    }

    private static func append(_ column: Int, _ table: Table, _ alias: String?, to sql: inout SQLText) {
        if let alias {
            sql.append(identifier: alias)
            sql.append(".")
        }
        sql.append(identifier: table.columns[column].name)
    }

    /// Halved again and again, since SQLite counts a chain of ANDs as so many levels of an expression.
    private static func append(
        _ conditions: [Predicate], _ word: String, empty: String, _ table: Table, _ alias: String?, to sql: inout SQLText
    ) {
        func appendHalves(_ part: ArraySlice<Predicate>) {
            guard part.count > 1 else {
                part.first?.appendSQL(to: &sql, table: table, alias: alias)
                return
            }
            let middle = part.startIndex + part.count / 2
            sql.append("(")
            appendHalves(part[..<middle])
            sql.append(" \(word) ")
            appendHalves(part[middle...])
            sql.append(")")
        }
        guard !conditions.isEmpty else { return sql.append(empty) }
        appendHalves(conditions[...])
    }
}
