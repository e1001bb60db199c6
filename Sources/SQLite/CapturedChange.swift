internal import CSQLite

/// One row change as the pre-update hook saw it, before the statement's later triggers ran.
///
/// Values stand in storage order: VIRTUAL generated columns are not counted. A REAL column may come as an integer in a new image,
/// and a column added later by ALTER TABLE as NULL in an old one. Source: sqlite.org/c3ref/preupdate_blobwrite.html
package struct CapturedChange: Sendable {
    package enum Kind: Sendable { case insert, update, delete }
    package let kind: Kind
    /// The number given to `captureChanges` for the table.
    package let table: Int
    package let old: Row?
    package let new: Row?
    /// 0 for the statement itself, more for what its triggers and cascades did.
    package let depth: Int
}

extension Connection {
    /// Captures every row change of the named tables from now on, under the number given for each.
    package func captureChanges(of tables: [String: Int]) {
        hooks.captured = tables
        unsafe _ = sqlite3_preupdate_hook(handle, tables.isEmpty ? nil : preupdateCallback, Unmanaged.passUnretained(self).toOpaque())
    }

    /// How many changes stand captured.
    package var capturedCount: Int { hooks.changes.count }

    /// Hands over the changes captured since `mark`, oldest first, and forgets them.
    package func takeCaptured(from mark: Int = 0) -> ArraySlice<CapturedChange> {
        let taken = hooks.changes[mark...]
        if mark == 0 { hooks.changes = [] } else { hooks.changes.removeLast(hooks.changes.count - mark) }
        return taken
    }

    /// Forgets the changes captured after `mark`: those of a savepoint that was rolled back.
    package func cutCaptured(to mark: Int) { hooks.changes.removeLast(max(0, hooks.changes.count - mark)) }
}

private func preupdateCallback(
    _ context: UnsafeMutableRawPointer?, _ database: OpaquePointer?, _ operation: Int32, _ schema: UnsafePointer<CChar>?,
    _ table: UnsafePointer<CChar>?, _ oldRowID: sqlite3_int64, _ newRowID: sqlite3_int64
) {
    guard let context = unsafe context, let database = unsafe database, let table = unsafe table else { return }
    let connection = unsafe Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
    guard let number = unsafe connection.hooks.captured[String(cString: table)] else { return }
    let count = unsafe Int(sqlite3_preupdate_count(database))
    let old = operation == SQLITE_INSERT ? nil : unsafe image(count) { unsafe sqlite3_preupdate_old(database, $0, &$1) }
    let new = operation == SQLITE_DELETE ? nil : unsafe image(count) { unsafe sqlite3_preupdate_new(database, $0, &$1) }
    let depth = unsafe Int(sqlite3_preupdate_depth(database))
    let kind: CapturedChange.Kind = operation == SQLITE_INSERT ? .insert : operation == SQLITE_DELETE ? .delete : .update
    connection.hooks.changes.append(CapturedChange(kind: kind, table: number, old: old, new: new, depth: depth))
}

private func image(_ count: Int, _ value: (Int32, inout OpaquePointer?) -> Int32) -> Row {
    var builder = Row.Builder(columns: count, reserving: 512)
    for column in 0..<count {
        var pointer: OpaquePointer?
        guard unsafe value(Int32(column), &pointer) == SQLITE_OK, let pointer = unsafe pointer else {
            builder.appendNull()
            continue
        }
        unsafe builder.append(pointer)
    }
    return builder.take()
}

extension Row.Builder {
    /// Appends a protected value of SQLite by copying it.
    mutating func append(_ value: OpaquePointer) {
        switch unsafe sqlite3_value_type(value) {
        case SQLITE_INTEGER: unsafe append(integer: sqlite3_value_int64(value))
        case SQLITE_FLOAT: unsafe append(real: sqlite3_value_double(value))
        case SQLITE_TEXT:
            let start = unsafe sqlite3_value_text(value)
            unsafe append(text: UnsafeRawBufferPointer(start: start, count: Int(sqlite3_value_bytes(value))))
        case SQLITE_BLOB:
            let start = unsafe sqlite3_value_blob(value)
            unsafe append(blob: UnsafeRawBufferPointer(start: start, count: Int(sqlite3_value_bytes(value))))
        default: appendNull()
        }
    }
}
