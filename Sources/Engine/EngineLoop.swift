import SQLite
import Store
import System

/// What the engine's thread does: block after block until the source is closed.
final class EngineLoop {
    private let applier: Applier
    private var checkpointer: Checkpointer
    private let source: any BlockSource
    private let observer: (any EngineObserver)?
    private let reserve: Reserve?
    /// In an emergency: when to look again whether there is room, monotonic nanoseconds.
    private var nextProbe: Int64 = 0
    private static let probePause: Int64 = 5_000_000_000

    init(
        applier: Applier, checkpointer: Checkpointer, configuration: EngineConfiguration, source: any BlockSource,
        observer: (any EngineObserver)?
    ) {
        self.applier = applier
        self.checkpointer = checkpointer
        self.source = source
        self.observer = observer
        reserve = configuration.reserve.map { Reserve($0, bytes: configuration.reserveBytes) }
    }

    /// Runs until the source is closed and drained, then closes the file.
    /// - Parameter published: told of the head and of an emergency before the listeners are.
    func run(listeners: [any BlockListener], published: (SequenceNumber, Bool) -> Void) throws(EngineFault) {
        if reserve?.take() == false { enterEmergency() }
        published(applier.head, applier.isEmergency)
        while let block = source.next(dueIn: applier.microsecondsUntilDue(now: WallTime.microseconds())) {
            probe()
            let start = MonotonicTime.nanoseconds()
            let applied = try applier.apply(block)
            if applied.hasWritten { checkpointer.noteWrite() }
            if applied.metFullDisk || applier.isEmergency { enterEmergency() }
            published(applier.head, applier.isEmergency)
            publish(applied, of: block, to: listeners)
            observe(applied, of: block, since: start)
            try checkpoint()
        }
        try close()
    }

    /// Each listener is called at most once, with its own replies.
    private func publish(_ applied: AppliedBlock, of block: Block, to listeners: [any BlockListener]) {
        var replies = [[Reply]](repeating: [], count: listeners.count)
        for (mutation, outcome) in zip(block.mutations, applied.outcomes) {
            guard let address = mutation.replyTo, replies.indices.contains(address.listener) else { continue }
            replies[address.listener].append(Reply(token: address.token, outcome: outcome))
        }
        for (listener, replies) in zip(listeners, replies) where !replies.isEmpty || !applied.committed.changes.isEmpty {
            listener.committed(applied.committed, replies: replies)
        }
    }

    private func observe(_ applied: AppliedBlock, of block: Block, since start: Int64) {
        guard let observer else { return }
        if !block.mutations.isEmpty || applied.hasWritten {
            let rejections = applied.outcomes.count { if case .rejected = $0 { true } else { false } }
            observer.observe(
                .committed(
                    mutations: block.mutations.count, rejections: rejections, changes: applied.committed.changes.count,
                    nanoseconds: MonotonicTime.nanoseconds() - start))
        }
        if applied.repetitions > 0 { observer.observe(.repeated(mutations: block.mutations.count)) }
        for (function, rejection) in applied.schedules { observer.observe(.scheduled(function: function, rejection: rejection)) }
    }

    // MARK: The disk

    private func enterEmergency() {
        guard nextProbe == 0 else { return }
        applier.isEmergency = true
        nextProbe = MonotonicTime.nanoseconds() + Self.probePause
        reserve?.release()
        observer?.observe(.emergency(true))
    }

    /// In an emergency: there is room again once the reserve fits. Without a reserve a block is tried in full now and then.
    private func probe() {
        guard nextProbe != 0, MonotonicTime.nanoseconds() >= nextProbe else { return }
        guard reserve?.take() ?? true else {
            nextProbe = MonotonicTime.nanoseconds() + Self.probePause
            return
        }
        applier.isEmergency = false
        nextProbe = 0
        observer?.observe(.emergency(false))
    }

    private func checkpoint() throws(EngineFault) {
        do throws(SQLiteError) {
            if let observation = try checkpointer.run(isIdle: source.isIdle) { observer?.observe(observation) }
        } catch {
            guard error.code.primary == .full || error.code.primary == .busy else {
                throw EngineFault(operation: "checkpoint", cause: error, advice: "check the disk, then start again")
            }
            if error.code.primary == .full { enterEmergency() }
        }
    }

    private func close() throws(EngineFault) {
        do throws(SQLiteError) {
            try applier.connection.connection.checkpointTruncate()
        } catch {
            // A reader is still there, or no room: the log stays and is read at the next start.
            guard error.code.primary == .busy || error.code.primary == .full else {
                throw EngineFault(operation: "checkpoint at the end", cause: error, advice: "the log stays beside the file")
            }
        }
    }
}
