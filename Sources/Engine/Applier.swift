package import SQLite
package import Store

/// The engine as a state machine: the file and a block in, the file and what to tell out. One thread.
///
/// Everything it decides depends on the file, the schema and the block: no clock, no randomness, no dictionary order.
package final class Applier {
    let connection: WriteConnection
    let configuration: EngineConfiguration
    let layouts: Layouts
    let holdFile: HoldFile
    let writer: PlainWriter
    var caller: FunctionCaller
    var book: EmissionBook
    var journal: JournalWriter
    var replies: ReplyStore
    var timetable: Timetable
    var pruner: Pruner
    let actors: ActorRows?
    let audit: AuditTrail
    let steps: MutationSteps
    /// The sum of elapsed time, microseconds: what holds, ages and stored answers go by.
    package internal(set) var clock: Int64
    /// The number of the last block that wrote anything.
    package internal(set) var block: Int64
    package let epoch: Epoch
    /// While the disk is full only deletes, stops and pruning are taken.
    package var isEmergency = false

    /// - Parameters:
    ///   - connection: read-write, with our functions registered and the schema's tables in it.
    ///   - epoch: a new random one, for this start.
    ///   - now: the wall clock, microseconds.
    package init(
        connection: Connection, context: FunctionContext, schema: Schema, configuration: EngineConfiguration, epoch: Epoch, now: Int64
    ) throws {
        try WriterPragmas.set(connection, configuration)
        try connection.execute(SystemTables.definition)
        self.configuration = configuration
        self.epoch = epoch
        try connection.execute("BEGIN IMMEDIATE")
        clock = try Self.state(SystemTables.State.clock, connection)
        block = try Self.state(SystemTables.State.block, connection)
        let head = SequenceNumber(try Self.state(SystemTables.State.head, connection))
        try TableUpkeep.run(schema.tables, head: head, on: connection)
        self.connection = try WriteConnection(connection: connection, context: context, schema: schema)
        try self.connection.run(
            "INSERT INTO sluice_epochs (epoch, first_sequence, time) VALUES (?, ?, ?)", .text(epoch.rawValue),
            .integer(head.next.rawValue), .integer(now))
        layouts = try Layouts(self.connection)
        timetable = try Timetable(connection: self.connection, now: now)
        try connection.execute("COMMIT")
        holdFile = HoldFile(connection: self.connection, layouts: layouts)
        book = try EmissionBook.read(holdFile, clock: clock)
        journal = JournalWriter(connection: self.connection, layouts: layouts, head: head)
        writer = PlainWriter(connection: self.connection)
        caller = FunctionCaller(connection: self.connection)
        replies = ReplyStore(connection: self.connection)
        pruner = try Pruner(connection: self.connection, configuration: configuration)
        actors = ActorRows(configuration.actors, connection: self.connection)
        audit = AuditTrail(connection: self.connection)
        steps = MutationSteps(tables: self.connection.tables, guarded: try Self.tablesWithTriggers(connection))
    }

    /// The newest sequence in the file.
    package var head: SequenceNumber { journal.head }

    /// How long until an empty block has something to do, in microseconds; 0 when it has now.
    package func microsecondsUntilDue(now: Int64) -> Int64 {
        var wait = max(0, pruner.nextDue - clock)
        if let due = book.nextDue { wait = min(wait, max(0, due - clock)) }
        if let due = timetable.nextDue, !isEmergency { wait = min(wait, max(0, due - now)) }
        // What does not fit stays due: no reason to try all the time.
        return isEmergency ? max(wait, 100_000) : wait
    }

    /// Applies a block in one transaction.
    /// - Throws: `EngineFault` when the machine failed; whether the block is in the file is then unknown, and this applier is finished.
    package func apply(_ block: Block) throws(EngineFault) -> AppliedBlock {
        let startedAt = clock
        clock += block.elapsed
        var attempt = BlockAttempt(block: block)
        while true {
            do {
                return try self.attempt(&attempt)
            } catch let failure as BlockFailure {
                try undo()
                attempt.learn(from: failure, isEmergency: &isEmergency)
            } catch let fault as EngineFault {
                clock = startedAt
                throw fault
            } catch let error as SQLiteError {
                throw EngineFault(operation: "apply a block", cause: error, advice: "the process stops and recovers at the next start")
            } catch {
                preconditionFailure("an error that no part of the engine throws: \(error)")
            }
        }
    }

    /// Brings what is kept in memory back to what the file has.
    private func undo() throws(EngineFault) {
        do {
            connection.budget.suspend()
            connection.forgetCaptured()
            connection.forgetActorRows()
            if connection.connection.isInTransaction { try connection.run("ROLLBACK") }
            book = try EmissionBook.read(holdFile, clock: clock)
            try timetable.reload()
            try pruner.reload()
        } catch let error as SQLiteError {
            throw EngineFault(operation: "undo a block", cause: error, advice: "the process stops and recovers at the next start")
        } catch {
            preconditionFailure("an error that reading the file does not throw: \(error)")
        }
    }

    private static func state(_ name: String, _ connection: Connection) throws -> Int64 {
        try connection.first("SELECT value FROM sluice_state WHERE name = \(name.literal)")?.integer ?? 0
    }

    private static func tablesWithTriggers(_ connection: Connection) throws -> Set<String> {
        let select = try connection.prepare("SELECT tbl_name FROM sqlite_schema WHERE type = 'trigger'")
        var names: Set<String> = []
        while try select.step() { if let name = select.string(0) { names.insert(name) } }
        return names
    }
}
