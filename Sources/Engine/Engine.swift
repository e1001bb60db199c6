package import SQLite
package import Store
package import System

/// The single writer: a thread that takes blocks from its source, applies them, and tells the listeners what came of it.
///
/// Any thread may propose and ask for its state.
package final class Engine: Sendable {
    /// Whether mutations are taken.
    package struct State: Sendable {
        package internal(set) var head: SequenceNumber
        /// While the disk is full only deletes and stops are taken.
        package internal(set) var isEmergency = false
        /// Set when the engine stopped by itself: the process must end and start again.
        package internal(set) var fault: EngineFault?
        package var isWritable: Bool { !isEmergency && fault == nil }
    }

    package let epoch: Epoch
    package let schema: Schema
    private let source: any BlockSource
    private let shared: Locked<Shared>

    private struct Shared: Sendable {
        var state: State
        var listeners: [any BlockListener] = []
        var thread: Thread?
        var isStarted = false
    }

    private let loop: Locked<EngineLoop?>

    /// - Parameters:
    ///   - path: the database file; made when there is none.
    ///   - source: what puts mutations in order.
    ///   - gate: in front of the readers of the file; nil when nobody else reads.
    ///   - loadSchema: applies migrations and reads tables and functions, on the writing connection with our SQL functions registered.
    /// - Throws: what SQLite, the pragmas or `loadSchema` refuse.
    package static func open(
        path: String, configuration: EngineConfiguration, source: any BlockSource, observer: (any EngineObserver)? = nil,
        gate: ReadGate? = nil, loadSchema: (Connection) throws -> Schema
    ) throws -> Engine {
        let connection = try Connection(path: path, mode: .readWrite)
        let context = FunctionContext()
        context.now = WallTime.microseconds()
        try connection.registerFunctions(context)
        try WriterPragmas.set(connection, configuration)
        try connection.execute(SystemTables.definition)
        let schema = try loadSchema(connection)
        let applier = try Applier(
            connection: connection, context: context, schema: schema, configuration: configuration, epoch: .random(),
            now: WallTime.microseconds())
        let checkpointer = Checkpointer(connection: connection, path: path, configuration: configuration, gate: gate)
        let loop = EngineLoop(
            applier: applier, checkpointer: checkpointer, configuration: configuration, source: source, observer: observer)
        return Engine(epoch: applier.epoch, head: applier.head, schema: schema, source: source, loop: loop)
    }

    private init(epoch: Epoch, head: SequenceNumber, schema: Schema, source: any BlockSource, loop: sending EngineLoop) {
        self.epoch = epoch
        self.schema = schema
        self.source = source
        shared = Locked(Shared(state: State(head: head)))
        self.loop = Locked(loop)
    }

    // MARK: Any thread

    /// Asks for a mutation to be applied.
    /// - Parameter byteCount: about what it takes in memory.
    /// - Returns: false when too many wait or the engine has stopped: 503.
    package func propose(_ mutation: Mutation, byteCount: Int) -> Bool { source.propose(mutation, byteCount: byteCount) }

    package var state: State { shared.withLock { $0.state } }

    /// The newest sequence in the file.
    package var head: SequenceNumber { state.head }

    // MARK: Start and stop

    /// Registers a listener, before `start`.
    /// - Returns: its number, for `ReplyAddress`.
    package func attach(_ listener: any BlockListener) -> Int {
        shared.withLock { shared in
            precondition(!shared.isStarted, "listeners are attached before the engine starts")
            shared.listeners.append(listener)
            return shared.listeners.count - 1
        }
    }

    /// Starts the engine's thread. Once.
    /// - Parameter failed: called on that thread when the engine cannot go on: end the process with the fault's words.
    package func start(failed: @escaping @Sendable (EngineFault) -> Void) throws(SystemError) {
        let listeners = shared.withLock { shared in
            precondition(!shared.isStarted, "an engine starts once")
            shared.isStarted = true
            return shared.listeners
        }
        let thread = try Thread.start(name: "engine", stackBytes: 8 << 20) { [self] in
            guard let loop = loop.withLock({ $0.take() }) else { return }
            do throws(EngineFault) {
                try loop.run(listeners: listeners) { head, isEmergency in
                    shared.withLock { shared in
                        shared.state.head = head
                        shared.state.isEmergency = isEmergency
                    }
                }
            } catch {
                shared.withLock { $0.state.fault = error }
                source.close()
                failed(error)
            }
        }
        shared.withLock { $0.thread = thread }
    }

    /// Takes no more mutations, applies those that wait, empties the log into the file and closes it.
    package func stop() {
        source.close()
        let thread = shared.withLock { $0.thread.take() }
        thread?.join()
    }
}

extension Epoch {
    /// A new one, for a start.
    static func random() -> Epoch {
        let digits = String(Randomness.uint64(), radix: 16)
        return Epoch(rawValue: String(repeating: "0", count: 16 - digits.count) + digits)
    }
}
