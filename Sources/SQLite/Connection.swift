internal import CSQLite

/// One connection to a database file, used on one thread only (SQLite's own mutex is off: sqlite.org/threadsafe.html).
///
/// Opened without shared cache; double-quoted strings, extension loading and untrusted schema functions are off.
@safe package final class Connection {
    package enum Mode: Sendable {
        /// The one connection that writes and checkpoints; creates the file.
        case readWrite
        /// Every other connection.
        case readOnly
    }

    let handle: OpaquePointer
    var hooks = Hooks()
    /// The error that one of our functions raised during the statement under way.
    var raised: RaisedError?

    /// Once per process, before the first connection.
    private static let isConfigured = sluice_disable_memory_statistics() == SQLITE_OK

    package init(path: String, mode: Mode) throws(SQLiteError) {
        _ = Self.isConfigured
        var opened: OpaquePointer?
        let flags =
            switch mode {
            case .readWrite: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
            case .readOnly: SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
            }
        let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let handle = unsafe opened else {
            let message = unsafe String(cString: sqlite3_errstr(code))
            unsafe sqlite3_close_v2(opened)
            throw SQLiteError(code: ResultCode(rawValue: code), message: message, operation: "open \(path)")
        }
        unsafe self.handle = handle
        for (option, value) in [
            (SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0), (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0),
            (SQLITE_DBCONFIG_DQS_DML, 0), (SQLITE_DBCONFIG_DQS_DDL, 0), (SQLITE_DBCONFIG_ENABLE_FKEY, 1),
        ] as [(Int32, Int32)] {
            _ = unsafe sluice_db_config_switch(handle, option, value)
        }
    }

    deinit { unsafe sqlite3_close_v2(handle) }

    /// The version of the library in use, such as `3.40.1`.
    package static var libraryVersion: String { unsafe String(cString: sqlite3_libversion()) }

    // MARK: Statements

    /// Prepares one statement; text behind it is an error, so that no second statement slips in.
    package func prepare(_ sql: String) throws(SQLiteError) -> Statement {
        let (statement, rest) = try prepareFirst(sql[...])
        guard rest.allSatisfy(\.isWhitespace), let statement else {
            throw SQLiteError(code: .error, message: "expected exactly one statement", operation: sql)
        }
        return statement
    }

    /// Prepares every statement of a script, in order. Later ones may not depend on what earlier ones create.
    package func prepareAll(_ script: String) throws(SQLiteError) -> [Statement] {
        var statements: [Statement] = []
        var rest = script[...]
        while !rest.isEmpty {
            let (statement, tail) = try prepareFirst(rest)
            if let statement { statements.append(statement) }
            rest = tail
        }
        return statements
    }

    /// Runs every statement of a script, in order, and discards rows.
    package func execute(_ script: String) throws(SQLiteError) {
        var rest = script[...]
        while !rest.isEmpty {
            let (statement, tail) = try prepareFirst(rest)
            try statement?.run()
            rest = tail
        }
    }

    private func prepareFirst(_ sql: Substring) throws(SQLiteError) -> (Statement?, Substring) {
        var text = Array(sql.utf8)
        guard !text.contains(0) else { throw SQLiteError(code: .error, message: "SQL text holds a zero byte", operation: String(sql)) }
        text.append(0)
        var prepared: OpaquePointer?
        var consumed = 0
        let code = unsafe text.withUnsafeBufferPointer { buffer -> Int32 in
            guard let base = buffer.baseAddress else { return SQLITE_ERROR }
            return unsafe base.withMemoryRebound(to: CChar.self, capacity: buffer.count) { start in
                var tail: UnsafePointer<CChar>?
                let code = unsafe sqlite3_prepare_v3(
                    handle, start, Int32(clamping: buffer.count), UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, &tail)
                if let tail = unsafe tail { unsafe consumed = tail - start }
                return code
            }
        }
        guard code == SQLITE_OK else { throw error(operation: String(sql)) }
        let rest = sql.utf8.dropFirst(min(max(consumed, 1), sql.utf8.count))
        guard let handle = unsafe prepared else { return (nil, Substring(rest)) }
        return (unsafe Statement(handle: handle, sql: String(sql.utf8.prefix(consumed)) ?? String(sql), connection: self), Substring(rest))
    }

    // MARK: State

    /// False while a transaction is open. Source: sqlite.org/c3ref/get_autocommit.html
    package var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

    /// Rows changed by the statement that just ended, without what triggers and cascades did.
    package var changes: Int { unsafe Int(sqlite3_changes64(handle)) }

    /// Whether deferred foreign keys are violated now, so that COMMIT would fail.
    package var hasDeferredForeignKeyViolations: Bool {
        var current: Int32 = 0
        var highest: Int32 = 0
        unsafe sqlite3_db_status(handle, SQLITE_DBSTATUS_DEFERRED_FKS, &current, &highest, 0)
        return current != 0
    }

    /// The collation that comparisons with a column use: `BINARY` unless declared otherwise. Nil when there is no such column.
    package func collation(of column: String, in table: String) -> String? {
        var name: UnsafePointer<CChar>?
        let code = unsafe sqlite3_table_column_metadata(handle, "main", table, column, nil, &name, nil, nil, nil)
        guard code == SQLITE_OK, let name = unsafe name else { return nil }
        return unsafe String(cString: name)
    }

    /// The first column of the first row, or nil when there is none.
    package func first(_ sql: String) throws(SQLiteError) -> Value? {
        let statement = try prepare(sql)
        return try statement.step() ? statement.value(0) : nil
    }

    /// Copies what it can from the write-ahead log into the database without waiting for readers.
    /// - Returns: frames in the log and frames copied.
    package func checkpointPassive() throws(SQLiteError) -> (logFrames: Int, copiedFrames: Int) {
        try checkpoint(SQLITE_CHECKPOINT_PASSIVE, "passive checkpoint")
    }

    /// Copies everything and empties the log; fails with `busy` while a reader holds it.
    package func checkpointTruncate() throws(SQLiteError) { _ = try checkpoint(SQLITE_CHECKPOINT_TRUNCATE, "truncating checkpoint") }

    private func checkpoint(_ mode: Int32, _ name: String) throws(SQLiteError) -> (logFrames: Int, copiedFrames: Int) {
        var log: Int32 = 0
        var copied: Int32 = 0
        guard unsafe sqlite3_wal_checkpoint_v2(handle, nil, mode, &log, &copied) == SQLITE_OK else { throw error(operation: name) }
        return (Int(log), Int(copied))
    }

    /// Caps a resource of this connection, such as `SQLITE_LIMIT_LENGTH`. Source: sqlite.org/c3ref/limit.html
    package func limit(_ limit: Limit, to value: Int32) { unsafe _ = sqlite3_limit(handle, limit.rawValue, value) }

    package struct Limit: RawRepresentable, Sendable {
        package let rawValue: Int32
        package init(rawValue: Int32) { self.rawValue = rawValue }
        package static let length = Limit(rawValue: SQLITE_LIMIT_LENGTH)
        package static let sqlLength = Limit(rawValue: SQLITE_LIMIT_SQL_LENGTH)
        package static let expressionDepth = Limit(rawValue: SQLITE_LIMIT_EXPR_DEPTH)
        package static let likePatternLength = Limit(rawValue: SQLITE_LIMIT_LIKE_PATTERN_LENGTH)
        package static let variableNumber = Limit(rawValue: SQLITE_LIMIT_VARIABLE_NUMBER)
        package static let attached = Limit(rawValue: SQLITE_LIMIT_ATTACHED)
    }

    /// The connection's last error as a value.
    func error(operation: String) -> SQLiteError {
        let code = ResultCode(rawValue: unsafe sqlite3_extended_errcode(handle))
        defer { raised = nil }
        let offset = unsafe sqlite3_error_offset(handle)
        return SQLiteError(
            code: code, message: unsafe String(cString: sqlite3_errmsg(handle)), operation: operation, raised: raised,
            offset: offset >= 0 ? Int(offset) : nil)
    }
}
