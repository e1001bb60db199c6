import Access
import SQLite
import Store

/// The connection that writes, with its prepared statements, the changes it captures, and the times of the block under way.
final class WriteConnection {
    let connection: Connection
    let context: FunctionContext
    let schema: Schema
    let tables: [WrittenTable]
    let budget: StepBudget
    /// Rows changed by the last top-level statement, as `changes()` tells functions: amendments are not counted.
    private(set) var lastCount: Int64 = 0
    /// What the top-level statement under way has changed so far.
    private(set) var captured: [CapturedChange] = []
    /// Whether the mutation under way has changed anything yet.
    private(set) var hasWritten = false
    private var cache: StatementCache
    private var nowValues: [(type: ColumnType, value: Value)] = []
    private let access: AccessBook
    /// What is known of the actor of the mutation under way.
    private(set) var actor: AccessBook.Entry

    init(connection: Connection, context: FunctionContext, schema: Schema) throws(SQLiteError) {
        self.connection = connection
        self.context = context
        self.schema = schema
        tables = schema.tables.enumerated().map { WrittenTable($1, place: $0) }
        budget = StepBudget(on: connection)
        cache = StatementCache(connection: connection)
        access = AccessBook(tables: tables.count)
        actor = access.entry(for: .service)
        connection.captureChanges(of: Dictionary(tables.map { ($0.table.name, $0.place) }, uniquingKeysWith: { first, _ in first }))
        // SQLite's own would count the engine's amendments, which come between two statements of a function.
        try connection.register(function: "changes", arguments: 0, isDeterministic: false) { [unowned self] _ in .integer(lastCount) }
    }

    func table(_ table: Table) -> WrittenTable? {
        if let found = tables.first(where: { $0.table === table }) { return found }
        return tables.first { $0.table.name == table.name }
    }

    func table(named name: String) -> WrittenTable? { tables.first { $0.table.name == name } }

    // MARK: Times

    /// Starts a block: `now()` and the touched columns show its wall clock, new uuids come from its seed.
    func begin(now: Int64, seed: UInt64) {
        context.now = now
        context.reseed(seed)
        nowValues.removeAll(keepingCapacity: true)
    }

    /// The block's time as a value of a column.
    func now(as type: ColumnType) -> Value {
        for known in nowValues where known.type == type { return known.value }
        let text = Timestamp.text(context.now)
        let value = (try? type.parse(text: text, now: context.now)) ?? .text(text)
        nowValues.append((type, value))
        return value
    }

    // MARK: Statements

    func statement(_ sql: String) throws(SQLiteError) -> Statement { try cache.statement(sql) }

    /// Runs a prepared statement of the engine itself to its end.
    func run(_ sql: String, _ values: Value...) throws(SQLiteError) {
        let statement = try statement(sql)
        for (index, value) in values.enumerated() { try statement.bind(value, at: index + 1) }
        try statement.run()
    }

    /// Runs one statement of a mutation to its end and keeps what it changed.
    /// - Returns: the changes of this one statement, in the order they came.
    @discardableResult
    func perform(_ statement: Statement) throws(SQLiteError) -> ArraySlice<CapturedChange> {
        let mark = captured.count
        do throws(SQLiteError) {
            try statement.run()
        } catch {
            connection.cutCaptured(to: 0)
            throw error
        }
        keepCaptured()
        return captured[mark...]
    }

    /// Takes over what was captured since; a statement whose rows the caller stepped through has ended.
    func keepCaptured() {
        guard connection.capturedCount > 0 else { return }
        captured.append(contentsOf: connection.takeCaptured())
        hasWritten = true
    }

    /// Starts a mutation.
    func beginMutation(as actor: Claims) {
        context.actor = actor
        self.actor = access.entry(for: actor)
        hasWritten = false
    }

    /// A row of the actors' table went away, or the block that made it was undone.
    func forgetActorRows() { access.forgetRows() }

    /// Forgets the changes of a statement that is undone.
    func forgetCaptured() {
        connection.cutCaptured(to: 0)
        captured.removeAll(keepingCapacity: true)
    }

    /// Ends a top-level statement, which changed `count` rows by itself.
    func endStatement(count: Int64) {
        lastCount = count
        captured.removeAll(keepingCapacity: true)
    }
}
