import SQLite

/// Prepared statements by their text, on one connection. Bounded: when full, all are given up, which costs one preparation each.
struct StatementCache {
    private let connection: Connection
    private let limit: Int
    private var statements: [String: Statement] = [:]

    init(connection: Connection, limit: Int = 1_000) {
        self.connection = connection
        self.limit = limit
    }

    mutating func statement(_ sql: String) throws(SQLiteError) -> Statement {
        if let statement = statements[sql] { return statement }
        let statement = try connection.prepare(sql)
        if statements.count >= limit { statements = [:] }
        statements[sql] = statement
        return statement
    }
}
