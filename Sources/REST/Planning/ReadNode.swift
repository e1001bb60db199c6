internal import SQLite
internal import Store

/// One table of a read: the root, or an embed inside it. What it needs is known before any data is touched.
struct ReadNode: Sendable {
    struct Embed: Sendable {
        var node: ReadNode
        var relationship: Relationship
        /// Whether parents without a match go.
        var isInner: Bool
        /// The names that prefixes may use: the alias, the target as written.
        var names: [String]
        /// Where the key's columns stand in the parent's rows.
        var keyPositions: [Int]
    }

    var table: Table
    /// The table's name in SQL and in messages.
    var alias: String
    /// What is read of each row, as SQL.
    var columns: [String]
    var shape: Shape
    /// What the actor may see.
    var visibility: Predicate
    var condition: Condition
    /// `ORDER BY …`, or nothing.
    var order: SQLText
    var offset = 0
    var limit: Int?
    var embeds: [Embed] = []
}

extension ReadNode {
    /// The rows of the root, one page of them.
    func rows(_ page: Page) throws(RequestError) -> SQLText {
        var sql = SQLText()
        appendSelect(to: &sql)
        sql.append(" WHERE ")
        try appendWhere(to: &sql)
        append(order, to: &sql)
        appendPage(offset: page.offset, limit: page.limit, to: &sql)
        return sql
    }

    /// How many rows the root has without its page.
    func total() throws(RequestError) -> SQLText {
        var sql = SQLText()
        sql.append("SELECT count(*) FROM \(source) WHERE ")
        try appendWhere(to: &sql)
        return sql
    }

    /// The rows of an embed for one parent: the first parameters are the parent's key.
    func matches(_ relationship: Relationship) throws(RequestError) -> SQLText {
        var sql = SQLText()
        appendSelect(to: &sql)
        sql.append(" WHERE ")
        let keys = relationship.originColumns.map { _ in "?" }
        appendJoin(relationship, origins: keys, to: &sql)
        sql.append(" AND ")
        try appendWhere(to: &sql)
        append(order, to: &sql)
        appendPage(offset: offset, limit: limit, to: &sql)
        return sql
    }

    /// `EXISTS (…)` for a row of `origin`, which the enclosing statement names so.
    private func appendExists(_ relationship: Relationship, origin: ReadNode, to sql: inout SQLText) throws(RequestError) {
        sql.append("EXISTS (SELECT 1 FROM \(source) WHERE ")
        let keys = relationship.originColumns.map(origin.quoted)
        appendJoin(relationship, origins: keys, to: &sql)
        sql.append(" AND ")
        try appendWhere(to: &sql)
        sql.append(")")
    }

    /// One column of the match of each row of `origin`, to order it by.
    func related(_ relationship: Relationship, origin: ReadNode, column: String) throws(RequestError) -> SQLText {
        var sql = SQLText()
        sql.append("(SELECT \(column) FROM \(source) WHERE ")
        let keys = relationship.originColumns.map(origin.quoted)
        appendJoin(relationship, origins: keys, to: &sql)
        sql.append(" AND ")
        try appendWhere(to: &sql)
        sql.append(" LIMIT 1)")
        return sql
    }

    /// `"profiles" AS "profiles_1"`
    private var source: String { SQLText.quoted(table.name) + " AS " + SQLText.quoted(alias) }

    /// A column with the table's name before it.
    func quoted(_ column: Int) -> String { SQLText.quoted(alias) + "." + SQLText.quoted(table.columns[column].name) }

    private func appendSelect(to sql: inout SQLText) {
        let list = columns.isEmpty ? "NULL" : columns.joined(separator: ", ")
        sql.append("SELECT \(list) FROM \(source)")
    }

    /// The key's columns equal those of the other side, which `origins` names.
    private func appendJoin(_ relationship: Relationship, origins: [String], to sql: inout SQLText) {
        let targets = relationship.targetColumns.map(quoted)
        guard let junction = relationship.junction else {
            sql.append(zip(targets, origins).map { "\($0) = \($1)" }.joined(separator: " AND "))
            return
        }
        let between = junction.table
        let names = junction.targetColumns.map { SQLText.quoted(between.columns[$0].name) }
        let keys = junction.originColumns.map { SQLText.quoted(between.columns[$0].name) }
        sql.append("(\(targets.joined(separator: ", "))) IN (SELECT \(names.joined(separator: ", "))")
        sql.append(" FROM \(SQLText.quoted(between.name)) WHERE ")
        sql.append(zip(keys, origins).map { "\($0) = \($1)" }.joined(separator: " AND "))
        sql.append(")")
    }

    /// What the actor may see, what the filters ask, and a match in every inner embed.
    private func appendWhere(to sql: inout SQLText) throws(RequestError) {
        sql.append("(")
        visibility.appendSQL(to: &sql, table: table, alias: alias)
        sql.append(")")
        if condition != .always {
            sql.append(" AND ")
            try condition.append(to: &sql, table: table, alias: alias) { (number, sql) throws(RequestError) in
                try embeds[number].node.appendExists(embeds[number].relationship, origin: self, to: &sql)
            }
        }
        for embed in embeds where embed.isInner {
            sql.append(" AND ")
            try embed.node.appendExists(embed.relationship, origin: self, to: &sql)
        }
    }

    private func append(_ order: SQLText, to sql: inout SQLText) {
        sql.append(order.text)
        sql.values += order.values
    }

    private func appendPage(offset: Int, limit: Int?, to sql: inout SQLText) {
        guard offset > 0 || limit != nil else { return }
        sql.append(" LIMIT ")
        sql.bind(.integer(limit.map(Int64.init) ?? -1))
        guard offset > 0 else { return }
        sql.append(" OFFSET ")
        sql.bind(.integer(Int64(offset)))
    }
}
