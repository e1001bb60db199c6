package import Access
package import SQLite
import System

/// One read-only connection on one thread, with its prepared statements.
package final class Reader {
    package let schema: Schema
    let connection: Connection
    var journal: JournalReader
    private let context: FunctionContext
    private let gate: ReadGate
    private let deadline: Deadline
    private var statements: [String: Statement] = [:]
    private var inUse: [Statement] = []

    /// Statements that are kept ready; more start over.
    private static let statementLimit = 256

    /// - Parameter path: of a file that a read-write connection has opened in WAL mode.
    package init(path: String, schema: Schema, gate: ReadGate) throws(SQLiteError) {
        connection = try Connection(path: path, mode: .readOnly)
        connection.applyReaderLimits()
        try connection.execute("PRAGMA query_only=ON; PRAGMA busy_timeout=1000; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8192")
        let context = FunctionContext()
        try connection.registerFunctions(context)
        let deadline = Deadline()
        connection.setProgressHandler(every: 1000) { MonotonicTime.nanoseconds() < deadline.nanoseconds }
        self.schema = schema
        self.context = context
        self.gate = gate
        self.deadline = deadline
        journal = JournalReader(schema: schema)
    }

    /// Runs `body` on one state of the file, waiting at the gate first. Nothing of the snapshot may be used afterwards, and nothing
    /// slow may be done inside: an open snapshot keeps the log from being reset.
    package func snapshot<Result, Failure: ReadFailure>(
        as actor: Claims, budget: ReadBudget = .query, _ body: (Snapshot) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        gate.enter()
        defer { gate.leave() }
        deadline.nanoseconds = MonotonicTime.nanoseconds() + budget.milliseconds * 1_000_000
        context.now = WallTime.microseconds()
        context.actor = actor
        let snapshot: Snapshot
        do throws(SQLiteError) {
            snapshot = try begin()
        } catch {
            end()
            throw Failure(reading: error)
        }
        defer { end() }
        return try body(snapshot)
    }

    private func begin() throws(SQLiteError) -> Snapshot {
        try statement("BEGIN").run()
        // The first read fixes the state that all later ones see.
        let head = try statement("SELECT \(SystemTables.headSQL)")
        _ = try head.step()
        let sequence = SequenceNumber(head.integer(0))
        head.reset()
        return Snapshot(reader: self, head: sequence, now: context.now)
    }

    private func end() {
        for statement in inUse { statement.reset() }
        inUse.removeAll(keepingCapacity: true)
        deadline.nanoseconds = .max
        guard connection.isInTransaction else { return }
        do throws(SQLiteError) {
            try statement("COMMIT").run()
        } catch {
            preconditionFailure("a snapshot that wrote nothing could not end: \(error)")
        }
        inUse.removeAll(keepingCapacity: true)
    }

    /// A statement ready to be bound, from the cache where possible.
    func statement(_ sql: String) throws(SQLiteError) -> Statement {
        if let known = statements[sql] {
            known.reset()
            known.clearBindings()
            inUse.append(known)
            return known
        }
        let statement = try connection.prepare(sql)
        if statements.count >= Self.statementLimit { statements.removeAll(keepingCapacity: true) }
        statements[sql] = statement
        inUse.append(statement)
        return statement
    }
}

/// When the statement under way must end, on the monotonic clock.
private final class Deadline {
    var nanoseconds = Int64.max
}
