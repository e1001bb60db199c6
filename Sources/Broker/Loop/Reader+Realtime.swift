internal import Access
internal import Engine
internal import Realtime
internal import SQLite
internal import Store

/// What the hub asks of readers.
extension Reader {
    /// Bytes of one result on a socket.
    private static var resultByteLimit: Int { 4 << 20 }

    /// Runs a function that writes nothing.
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
            if let raised = error.raised {
                return .rejected(Rejection(code: raised.code, message: raised.message, details: raised.details, hint: raised.hint))
            }
            return switch error.code.primary {
            case .interrupt: .rejected(Rejection(code: "57014", message: "canceling statement due to statement timeout"))
            case .tooBig: .rejected(Rejection(code: "54000", message: error.message))
            default: .rejected(Rejection(code: "XX000", message: error.message))
            }
        }
    }

    /// Reads a page of the journal with the floors and the head of the same snapshot.
    func replay(_ request: ReplayRequest) -> ReplayPage {
        do throws(SQLiteError) {
            return try snapshot(as: .service, budget: .replay) { (snapshot) throws(SQLiteError) in
                var floors: [Int: SequenceNumber] = [:]
                let page: JournalPage
                switch request.scope {
                case .tables(let tables):
                    for table in schema.tables where tables.contains(table.id) { floors[table.id] = try snapshot.floor(of: table) }
                    page = try snapshot.journalPage(
                        after: request.after, upTo: request.upTo, tables: tables, maxChanges: request.maxChanges, maxBytes: request.maxBytes)
                case .row(let table, let key):
                    floors[table.id] = try snapshot.floor(of: table)
                    page = try snapshot.journalPage(
                        table: table, key: key, after: request.after, maxChanges: request.maxChanges, maxBytes: request.maxBytes)
                }
                // One row's history has no upper end of its own, so it is cut here.
                let changes = page.changes.last.map { $0.sequence <= request.upTo } ?? true ? page.changes : page.changes.filter { $0.sequence <= request.upTo }
                let through = page.isLast || changes.count < page.changes.count ? request.upTo : page.reached
                return ReplayPage(id: request.id, changes: changes, through: min(through, max(request.upTo, request.after)), floors: floors, head: snapshot.head)
            }
        } catch {
            return ReplayPage(failed: request.id)
        }
    }
}

extension ReadBudget {
    /// A page of the journal: a few milliseconds usually; a cold disk may take more.
    fileprivate static let replay = ReadBudget(milliseconds: 1000)
}
