internal import Access
internal import Engine
internal import Realtime
internal import SQLite
internal import Store

/// What the hub asks of readers. A reader's thread.
extension Reader {
    /// Bytes of one result on a socket.
    private static let resultByteLimit = 4 << 20

    /// Runs a function that writes nothing, for whom it is granted to.
    func call(_ call: Mutation.Call, as actor: Claims) -> Outcome {
        do throws(SQLiteError) {
            return try snapshot(as: actor) { (snapshot) throws(SQLiteError) in
                guard try snapshot.isGranted(call.function, call.arguments, to: actor) else {
                    return .rejected(Rejection(code: "42501", message: "permission denied for function \(call.function.name)"))
                }
                let rows = try snapshot.rows(of: call.function, call.arguments, byteLimit: Self.resultByteLimit)
                return .done(Applied(result: rows, sequence: snapshot.head))
            }
        } catch {
            return .rejected(Rejection(reading: error))
        }
    }

    /// Reads a page of the journal with the floors and the head of the same snapshot.
    func replay(_ request: ReplayRequest) -> ReplayPage {
        do throws(SQLiteError) {
            return try snapshot(as: .service, budget: .replay) { (snapshot) throws(SQLiteError) in
                let page = try snapshot.page(request)
                // One row's history has no upper end of its own, so it is cut here.
                let changes = page.changes.filter { $0.sequence <= request.upTo }
                let isWhole = page.isLast || changes.count < page.changes.count
                return ReplayPage(
                    id: request.id, changes: changes, through: isWhole ? request.upTo : page.reached,
                    floors: try snapshot.floors(of: request.scope, in: schema), head: snapshot.head)
            }
        } catch {
            return ReplayPage(failed: request.id)
        }
    }
}

extension Snapshot {
    fileprivate func page(_ request: ReplayRequest) throws(SQLiteError) -> JournalPage {
        switch request.scope {
        case .tables(let tables):
            try journalPage(
                after: request.after, upTo: request.upTo, tables: tables, maxChanges: request.maxChanges, maxBytes: request.maxBytes)
        case .row(let table, let key):
            try journalPage(table: table, key: key, after: request.after, maxChanges: request.maxChanges, maxBytes: request.maxBytes)
        }
    }

    /// The oldest sequence from which each table's changes are whole.
    fileprivate func floors(of scope: ReplayRequest.Scope, in schema: Schema) throws(SQLiteError) -> [Int: SequenceNumber] {
        var floors: [Int: SequenceNumber] = [:]
        switch scope {
        case .tables(let tables):
            for table in schema.tables where tables.contains(table.id) { floors[table.id] = try floor(of: table) }
        case .row(let table, _): floors[table.id] = try floor(of: table)
        }
        return floors
    }
}

extension Rejection {
    /// A statement of a read that failed: raised on purpose, interrupted by its budget, or a fault of this machine.
    fileprivate init(reading error: SQLiteError) {
        if let raised = error.raised {
            self.init(code: raised.code, message: raised.message, details: raised.details, hint: raised.hint)
            return
        }
        switch error.code.primary {
        case .interrupt: self.init(code: "57014", message: "canceling statement due to statement timeout")
        case .tooBig: self.init(code: "54000", message: error.message)
        default: self.init(code: "XX000", message: error.message)
        }
    }
}

extension ReadBudget {
    /// A page of the journal: a few milliseconds usually; a cold disk may take more.
    fileprivate static let replay = ReadBudget(milliseconds: 1000)
}
