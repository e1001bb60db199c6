internal import SQLite
internal import Store

/// Runs statements of a read in one snapshot. Faults of SQLite become refusals here, so that only one kind of error goes further.
struct RowReader {
    let snapshot: Snapshot
    let isAnonymous: Bool

    /// Calls `body` with each row of a statement.
    func forEachRow(_ sql: SQLText, _ body: (Row) throws(RequestError) -> Void) throws(RequestError) {
        let statement = try prepared(sql)
        defer { statement.reset() }
        while try step(statement) { try body(statement.row()) }
    }

    private func prepared(_ sql: SQLText) throws(RequestError) -> Statement {
        do throws(SQLiteError) { return try snapshot.statement(sql) } catch { throw refusal(error) }
    }

    private func step(_ statement: Statement) throws(RequestError) -> Bool {
        do throws(SQLiteError) { return try statement.step() } catch { throw refusal(error) }
    }

    private func refusal(_ error: SQLiteError) -> RequestError { RequestError(error, isAnonymous: isAnonymous) }

    /// The first column of the first row as an integer.
    func integer(_ sql: SQLText) throws(RequestError) -> Int {
        let statement = try prepared(sql)
        defer { statement.reset() }
        return try step(statement) ? Int(clamping: statement.integer(0)) : 0
    }

    /// Calls `body` with each row of a statement whose parameters have names; those that the statement does not use are left out.
    func forEachRow(
        _ sql: String, arguments names: [String], values: [Value], _ body: (Row) throws(RequestError) -> Void
    ) throws(RequestError) {
        let statement: Statement
        do throws(SQLiteError) {
            statement = try snapshot.statement(sql)
            for (name, value) in zip(names, values) {
                if let index = statement.parameterIndex(name) { try statement.bind(value, at: index) }
            }
        } catch { throw refusal(error) }
        defer { statement.reset() }
        while try step(statement) { try body(statement.row()) }
    }
}
