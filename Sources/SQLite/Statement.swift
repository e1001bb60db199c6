internal import CSQLite

/// A prepared statement of one connection, used on that connection's thread only. Finalized when the last reference goes;
/// the connection must outlive it, which the strong reference sees to.
@safe package final class Statement {
    package let sql: String
    private let handle: OpaquePointer
    private let connection: Connection

    init(handle: OpaquePointer, sql: String, connection: Connection) {
        unsafe self.handle = handle
        self.sql = sql
        self.connection = connection
    }

    deinit { unsafe sqlite3_finalize(handle) }

    // MARK: Shape

    /// Whether the statement writes nothing to the file. Source: sqlite.org/c3ref/stmt_readonly.html
    package var isReadOnly: Bool { unsafe sqlite3_stmt_readonly(handle) != 0 }

    package var columnCount: Int { unsafe Int(sqlite3_column_count(handle)) }

    package var parameterCount: Int { unsafe Int(sqlite3_bind_parameter_count(handle)) }

    package func columnName(_ column: Int) -> String {
        unsafe sqlite3_column_name(handle, Int32(column)).map { unsafe String(cString: $0) } ?? ""
    }

    package var columnNames: [String] { (0..<columnCount).map(columnName) }

    /// The declared type of the table column behind a result column; nil for an expression.
    package func declaredType(_ column: Int) -> String? {
        unsafe sqlite3_column_decltype(handle, Int32(column)).map { unsafe String(cString: $0) }
    }

    /// The table and column behind a result column; nil for an expression.
    package func origin(_ column: Int) -> (table: String, column: String)? {
        guard let table = unsafe sqlite3_column_table_name(handle, Int32(column)),
            let name = unsafe sqlite3_column_origin_name(handle, Int32(column))
        else { return nil }
        return unsafe (String(cString: table), String(cString: name))
    }

    /// The name of a parameter with its prefix, such as `:reason`; nil for `?`. Parameters count from 1.
    package func parameterName(_ index: Int) -> String? {
        unsafe sqlite3_bind_parameter_name(handle, Int32(index)).map { unsafe String(cString: $0) }
    }

    /// The place of a named parameter (with its prefix), from 1; nil when the statement does not use it.
    package func parameterIndex(_ name: String) -> Int? {
        let index = unsafe sqlite3_bind_parameter_index(handle, name)
        return index == 0 ? nil : Int(index)
    }

    // MARK: Parameters, from 1

    package func bind(_ value: Value, at index: Int) throws(SQLiteError) {
        switch value {
        case .null: try bindNull(at: index)
        case .integer(let number): try bind(number, at: index)
        case .real(let number): try check(unsafe sqlite3_bind_double(handle, Int32(index), number))
        case .text(let bytes): try bind(text: bytes, at: index)
        case .blob(let bytes):
            let code = unsafe bytes.withUnsafeBytes { buffer in
                unsafe buffer.isEmpty
                    ? sqlite3_bind_zeroblob(handle, Int32(index), 0)
                    : sqlite3_bind_blob64(handle, Int32(index), buffer.baseAddress, UInt64(buffer.count), sluice_transient())
            }
            try check(code)
        }
    }

    package func bindNull(at index: Int) throws(SQLiteError) { try check(unsafe sqlite3_bind_null(handle, Int32(index))) }

    package func bind(_ number: Int64, at index: Int) throws(SQLiteError) {
        try check(unsafe sqlite3_bind_int64(handle, Int32(index), number))
    }

    package func bind(text bytes: [UInt8], at index: Int) throws(SQLiteError) {
        let code = unsafe bytes.withUnsafeBytes { buffer in unsafe bindText(buffer, index) }
        try check(code)
    }

    /// Binds a column of a packed row without an intermediate value.
    package func bind(_ row: Row, _ column: Int, at index: Int) throws(SQLiteError) {
        switch row.kind(at: column) {
        case .text:
            let range = row.range(at: column)
            let code = unsafe row.bytes.withUnsafeBytes { buffer in unsafe bindText(.init(rebasing: buffer[range]), index) }
            try check(code)
        default: try bind(row.value(at: column), at: index)
        }
    }

    private func bindText(_ buffer: UnsafeRawBufferPointer, _ index: Int) -> Int32 {
        // An empty buffer may have no address, which would bind NULL.
        guard let base = buffer.baseAddress, buffer.count > 0 else {
            return unsafe sqlite3_bind_text(handle, Int32(index), "", 0, sluice_transient())
        }
        return unsafe sqlite3_bind_text64(
            handle, Int32(index), base.assumingMemoryBound(to: CChar.self), UInt64(buffer.count), sluice_transient(), UInt8(SQLITE_UTF8))
    }

    // MARK: Running

    /// Runs to the next row: true when there is one, false at the end.
    package func step() throws(SQLiteError) -> Bool {
        switch unsafe sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw connection.error(operation: sql)
        }
    }

    /// Runs a statement whose rows nobody wants to its end, and makes it ready for the next use.
    package func run() throws(SQLiteError) {
        defer { reset() }
        while try step() {}
    }

    /// Makes the statement ready for another run; parameters keep their values until bound again.
    package func reset() { unsafe sqlite3_reset(handle) }

    package func clearBindings() { unsafe sqlite3_clear_bindings(handle) }

    // MARK: Columns of the current row, from 0

    package func integer(_ column: Int) -> Int64 { unsafe sqlite3_column_int64(handle, Int32(column)) }

    package func isNull(_ column: Int) -> Bool { unsafe sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }

    package func value(_ column: Int) -> Value {
        unsafe withColumn(column) { kind, buffer in
            switch kind {
            case .null: return .null
            case .integer: return .integer(integer(column))
            case .real: return .real(unsafe sqlite3_column_double(handle, Int32(column)))
            case .text: return unsafe .text([UInt8](buffer))
            case .blob: return unsafe .blob([UInt8](buffer))
            }
        }
    }

    package func string(_ column: Int) -> String? { value(column).string }

    /// Packs columns `range` of the current row.
    package func row(_ range: Range<Int>) -> Row {
        var builder = Row.Builder(columns: range.count, reserving: 512)
        for column in range {
            unsafe withColumn(column) { kind, buffer in
                switch kind {
                case .null: builder.appendNull()
                case .integer: builder.append(integer: integer(column))
                case .real: builder.append(real: unsafe sqlite3_column_double(handle, Int32(column)))
                case .text: unsafe builder.append(text: buffer)
                case .blob: unsafe builder.append(blob: buffer)
                }
            }
        }
        return builder.take()
    }

    package func row() -> Row { row(0..<columnCount) }

    private func withColumn<Result>(_ column: Int, _ body: (Row.Kind, UnsafeRawBufferPointer) -> Result) -> Result {
        let empty = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        switch unsafe sqlite3_column_type(handle, Int32(column)) {
        case SQLITE_INTEGER: return unsafe body(.integer, empty)
        case SQLITE_FLOAT: return unsafe body(.real, empty)
        case SQLITE_TEXT:
            let start = unsafe sqlite3_column_text(handle, Int32(column))
            return unsafe body(.text, UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, Int32(column)))))
        case SQLITE_BLOB:
            let start = unsafe sqlite3_column_blob(handle, Int32(column))
            return unsafe body(.blob, UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, Int32(column)))))
        default: return unsafe body(.null, empty)
        }
    }

    private func check(_ code: Int32) throws(SQLiteError) {
        guard code == SQLITE_OK else { throw connection.error(operation: sql) }
    }
}
