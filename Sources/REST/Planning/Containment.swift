internal import JSON
internal import SQLite
internal import Store

/// `cs`, `cd` and `ov`: what an array or a JSON value has in common with a literal.
struct Containment: Hashable, Sendable {
    enum Test: Hashable, Sendable {
        /// The column is an array: `@>`, `<@`, `&&`.
        case arrayContains, arrayContainedBy, arrayOverlaps
        /// The column is JSON: `@>`.
        case jsonContains
    }

    var column: Column
    var path: [JSONStep]
    var test: Test
    /// Canonical JSON.
    var literal: [UInt8]

    /// - Throws: 42883 for types that have no such operator, 22P02 for a bad literal, PGRST127 for what cannot be said in SQL.
    init(_ column: Column, path: [JSONStep], _ word: Operator, _ text: [UInt8]) throws(RequestError) {
        self.column = column
        self.path = path
        let type: ColumnType
        switch (column.type, path.last?.isText) {
        case (_, true?): throw .noOperator(.text, word.symbol)
        case (.jsonb, _), (.array, false?): type = .jsonb
        case (.array, nil): type = column.type
        default: throw .noOperator(column.type, word.symbol)
        }
        switch (word, type) {
        case (.contains, .jsonb): test = .jsonContains
        case (.containedBy, .jsonb): throw .notImplemented("operator cd on jsonb")
        case (.contains, _): test = .arrayContains
        case (.containedBy, _): test = .arrayContainedBy
        case (_, .jsonb): throw .noOperator(type, word.symbol)
        default: test = .arrayOverlaps
        }
        do throws(TypeError) { literal = try type.parse(text: text).utf8 ?? [] } catch { throw RequestError(error) }
    }
}

extension Operator {
    /// The operator's sign in PostgreSQL, for messages.
    fileprivate var symbol: String {
        switch self {
        case .contains: "@>"
        case .containedBy: "<@"
        default: "&&"
        }
    }
}

extension Containment {
    /// Appends the test as an SQL expression that is NULL for a null column.
    func append(to sql: inout SQLText, alias: String) throws(RequestError) {
        let source = SQLText.quoted(alias) + "." + SQLText.quoted(column.name)
        sql.append("(CASE WHEN \(source) IS NULL THEN NULL ELSE ")
        switch test {
        case .arrayContains: appendAll(of: .literal, in: .column(source), to: &sql)
        case .arrayContainedBy: appendAll(of: .column(source), in: .literal, to: &sql)
        case .arrayOverlaps:
            sql.append("EXISTS (SELECT 1 FROM json_each(\(source)) AS a JOIN json_each(")
            sql.bind(.text(literal))
            sql.append(") AS b ON a.value = b.value)")
        case .jsonContains:
            guard let wanted = try? JSONDocument(parsing: literal).root else { return sql.append("0 END)") }
            var writer = JSONContainment(sql: sql)
            try writer.append(wanted, source: source, path: path.sqlLiteral(), depth: 0)
            sql = writer.sql
        }
        sql.append(" END)")
    }

    private enum Side {
        case literal
        case column(String)
    }

    /// Every element of one array equals one of another; null equals nothing.
    private func appendAll(of elements: Side, in others: Side, to sql: inout SQLText) {
        sql.append("NOT EXISTS (SELECT 1 FROM ")
        append(elements, to: &sql)
        sql.append(" AS a WHERE NOT EXISTS (SELECT 1 FROM ")
        append(others, to: &sql)
        sql.append(" AS b WHERE a.value = b.value))")
    }

    private func append(_ side: Side, to sql: inout SQLText) {
        switch side {
        case .column(let source): sql.append("json_each(\(source))")
        case .literal:
            sql.append("json_each(")
            sql.bind(.text(literal))
            sql.append(")")
        }
    }
}
