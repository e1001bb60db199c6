internal import CSQLite

/// What SQLite calls back into; kept alive by the connection, which unregisters by closing.
struct Hooks {
    var authorize: ((Authorization) -> Bool)?
    var progress: (() -> Bool)?
    var captured: [String: Int] = [:]
    var changes: [CapturedChange] = []
}

/// One thing a statement being prepared wants to do. Source: sqlite.org/c3ref/set_authorizer.html
package struct Authorization: Sendable {
    package enum Action: Sendable { case read, select, insert, update, delete, function, recursive, transaction, savepoint, pragma, other }
    package let action: Action
    /// Table name, function name or pragma name, as the action has it.
    package let subject: String
    /// Column name for `read` and `update`.
    package let column: String
    /// The trigger or view that asks, when it is not the statement itself.
    package let origin: String?
}

extension Connection {
    /// Asks `decide` about everything that statements prepared from now on want to do; false fails the preparation.
    package func setAuthorizer(_ decide: ((Authorization) -> Bool)?) {
        hooks.authorize = decide
        unsafe sqlite3_set_authorizer(handle, decide == nil ? nil : authorizeCallback, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Asks `goOn` about every `steps` virtual machine instructions of a running statement; false ends it with `interrupt`.
    package func setProgressHandler(every steps: Int32 = 1000, _ goOn: (() -> Bool)?) {
        hooks.progress = goOn
        unsafe sqlite3_progress_handler(handle, steps, goOn == nil ? nil : progressCallback, Unmanaged.passUnretained(self).toOpaque())
    }
}

private func authorizeCallback(
    _ context: UnsafeMutableRawPointer?, _ code: Int32, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?,
    _ database: UnsafePointer<CChar>?, _ origin: UnsafePointer<CChar>?
) -> Int32 {
    guard let context = unsafe context else { return SQLITE_DENY }
    let connection = unsafe Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
    let one = unsafe first.map { unsafe String(cString: $0) } ?? ""
    let two = unsafe second.map { unsafe String(cString: $0) } ?? ""
    let action: Authorization.Action =
        switch code {
        case SQLITE_READ: .read
        case SQLITE_SELECT: .select
        case SQLITE_INSERT: .insert
        case SQLITE_UPDATE: .update
        case SQLITE_DELETE: .delete
        case SQLITE_FUNCTION: .function
        case SQLITE_RECURSIVE: .recursive
        case SQLITE_TRANSACTION: .transaction
        case SQLITE_SAVEPOINT: .savepoint
        case SQLITE_PRAGMA: .pragma
        default: .other
        }
    let asked = Authorization(
        action: action, subject: action == .function ? two : one, column: action == .function ? "" : two,
        origin: unsafe origin.map { unsafe String(cString: $0) })
    return connection.hooks.authorize?(asked) == true ? SQLITE_OK : SQLITE_DENY
}

private func progressCallback(_ context: UnsafeMutableRawPointer?) -> Int32 {
    guard let context = unsafe context else { return 0 }
    return unsafe Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue().hooks.progress?() == false ? 1 : 0
}
