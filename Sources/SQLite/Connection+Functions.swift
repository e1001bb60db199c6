internal import CSQLite

/// The body of an SQL function: values in, a value out, or an error in PostgreSQL's four parts.
package typealias FunctionBody = (_ arguments: [Value]) throws(RaisedError) -> Value

private final class FunctionBox {
    unowned let connection: Connection
    let body: FunctionBody
    init(_ connection: Connection, _ body: @escaping FunctionBody) {
        self.connection = connection
        self.body = body
    }
}

private final class CollationBox {
    let compare: (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Int
    init(_ compare: @escaping (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Int) { self.compare = compare }
}

extension Connection {
    /// Registers an SQL function as INNOCUOUS, so that defaults and triggers may call it though the schema is not trusted.
    /// - Parameters:
    ///   - arguments: how many it takes; -1 for any number.
    ///   - isDeterministic: whether equal arguments always give equal values within one statement.
    package func register(
        function name: String, arguments: Int32, isDeterministic: Bool, body: @escaping FunctionBody
    ) throws(SQLiteError) {
        let flags = SQLITE_UTF8 | SQLITE_INNOCUOUS | (isDeterministic ? SQLITE_DETERMINISTIC : 0)
        let box = unsafe Unmanaged.passRetained(FunctionBox(self, body)).toOpaque()
        // On failure SQLite calls the destructor itself.
        let code = unsafe sqlite3_create_function_v2(handle, name, arguments, flags, box, functionCallback, nil, nil) { pointer in
            if let pointer = unsafe pointer { unsafe Unmanaged<FunctionBox>.fromOpaque(pointer).release() }
        }
        guard code == SQLITE_OK else { throw error(operation: "register function \(name)") }
    }

    /// Registers a collation: negative, zero or positive as the left text sorts before, with or after the right one.
    package func register(
        collation name: String, compare: @escaping (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Int
    ) throws(SQLiteError) {
        let box = unsafe Unmanaged.passRetained(CollationBox(compare)).toOpaque()
        let code = unsafe sqlite3_create_collation_v2(handle, name, SQLITE_UTF8, box, collationCallback) { pointer in
            if let pointer = unsafe pointer { unsafe Unmanaged<CollationBox>.fromOpaque(pointer).release() }
        }
        guard code == SQLITE_OK else {
            // Unlike functions, a collation's destructor is not called on failure.
            unsafe Unmanaged<CollationBox>.fromOpaque(box).release()
            throw error(operation: "register collation \(name)")
        }
    }
}

private func functionCallback(
    _ context: OpaquePointer?, _ count: Int32, _ arguments: UnsafeMutablePointer<OpaquePointer?>?
) {
    guard let context = unsafe context, let data = unsafe sqlite3_user_data(context) else { return }
    let box = unsafe Unmanaged<FunctionBox>.fromOpaque(data).takeUnretainedValue()
    var values: [Value] = []
    for index in 0..<Int(count) {
        guard let arguments = unsafe arguments, let value = unsafe arguments[index] else { continue }
        unsafe values.append(Value(copying: value))
    }
    do throws(RaisedError) {
        switch try box.body(values) {
        case .null: unsafe sqlite3_result_null(context)
        case .integer(let number): unsafe sqlite3_result_int64(context, number)
        case .real(let number): unsafe sqlite3_result_double(context, number)
        case .text(let bytes):
            unsafe bytes.withUnsafeBytes { buffer in
                let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
                if let start = unsafe start {
                    unsafe sqlite3_result_text64(context, start, UInt64(buffer.count), sluice_transient(), UInt8(SQLITE_UTF8))
                } else {
                    unsafe sqlite3_result_text(context, "", 0, sluice_transient())
                }
            }
        case .blob(let bytes):
            unsafe bytes.withUnsafeBytes { buffer in
                if unsafe buffer.isEmpty {
                    unsafe sqlite3_result_zeroblob(context, 0)
                } else {
                    unsafe sqlite3_result_blob64(context, buffer.baseAddress, UInt64(buffer.count), sluice_transient())
                }
            }
        }
    } catch {
        box.connection.raised = error
        unsafe sqlite3_result_error(context, error.message, -1)
    }
}

private func collationCallback(
    _ context: UnsafeMutableRawPointer?, _ leftCount: Int32, _ left: UnsafeRawPointer?, _ rightCount: Int32, _ right: UnsafeRawPointer?
) -> Int32 {
    guard let context = unsafe context else { return 0 }
    let box = unsafe Unmanaged<CollationBox>.fromOpaque(context).takeUnretainedValue()
    let one = unsafe [UInt8](UnsafeRawBufferPointer(start: left, count: Int(leftCount)))
    let two = unsafe [UInt8](UnsafeRawBufferPointer(start: right, count: Int(rightCount)))
    return Int32(box.compare(one[...], two[...]).signum())
}

extension Value {
    /// Copies a value that SQLite lends for the duration of a call.
    init(copying value: OpaquePointer) {
        switch unsafe sqlite3_value_type(value) {
        case SQLITE_INTEGER: self = unsafe .integer(sqlite3_value_int64(value))
        case SQLITE_FLOAT: self = unsafe .real(sqlite3_value_double(value))
        case SQLITE_TEXT:
            let start = unsafe sqlite3_value_text(value)
            self = unsafe .text([UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_value_bytes(value)))))
        case SQLITE_BLOB:
            let start = unsafe sqlite3_value_blob(value)
            self = unsafe .blob([UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_value_bytes(value)))))
        default: self = .null
        }
    }
}
