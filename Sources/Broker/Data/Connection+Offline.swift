internal import SQLite
internal import Store

extension Connection {
    /// A connection that can run a configuration's migrations while no broker has the file open.
    ///
    /// - Parameters:
    ///   - path: of the file, made when there is none, or `:memory:`.
    ///   - now: what `now()` answers, in microseconds since 1970.
    static func offline(path: String, now: Int64) throws(SQLiteError) -> Connection {
        let connection = try Connection(path: path, mode: .readWrite)
        try connection.registerFunctions(FunctionContext(now: now))
        try connection.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
        return connection
    }
}
