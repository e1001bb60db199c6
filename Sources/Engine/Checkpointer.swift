import SQLite
import Store
import System

/// Copies the write-ahead log into the database, beside the writing: when nobody waits, or in steps when somebody always does.
///
/// Only the engine's connection checkpoints: before 3.51.3 two that do can corrupt the file.
struct Checkpointer {
    private let connection: Connection
    private let log: File
    private let gate: ReadGate?
    private let logByteLimit: Int64
    /// A busy engine checkpoints after this many bytes of log: large enough that pages written again and again are copied once.
    private let stepBytes: Int64 = 4 << 20
    /// A read's step takes 20 ms at most; nanoseconds.
    private static let longestWait: Int64 = 100_000_000
    private var copiedUpTo: Int64 = 0
    private var isClean = true

    init(connection: Connection, path: String, configuration: EngineConfiguration, gate: ReadGate?) {
        self.connection = connection
        log = File(path + "-wal")
        self.gate = gate
        logByteLimit = configuration.logByteLimit
    }

    mutating func noteWrite() { isClean = false }

    /// - Parameter isIdle: whether no block waits.
    mutating func run(isIdle: Bool) throws(SQLiteError) -> EngineObservation? {
        guard !isClean else { return nil }
        // stat(2) only: any other descriptor that is closed would drop SQLite's locks.
        let size = (try? log.size()) ?? 0
        if size > logByteLimit, let gate { return try reset(behind: gate) }
        guard isIdle || size - copiedUpTo >= stepBytes else { return nil }
        let start = MonotonicTime.nanoseconds()
        let (frames, copied) = try connection.checkpointPassive()
        copiedUpTo = size
        isClean = frames == copied
        // All copied: the next writer starts the log from its beginning, in the same file.
        if isClean { copiedUpTo = 0 }
        return .checkpointed(logFrames: frames, copiedFrames: copied, nanoseconds: MonotonicTime.nanoseconds() - start)
    }

    /// Empties the log while no reader has a snapshot; one that does not end in time lets it grow until the next block.
    private mutating func reset(behind gate: ReadGate) throws(SQLiteError) -> EngineObservation? {
        let start = MonotonicTime.nanoseconds()
        defer { gate.open() }
        guard gate.shut(waitUpTo: Self.longestWait) else { return nil }
        do throws(SQLiteError) {
            try connection.checkpointTruncate()
        } catch {
            guard error.code.primary == .busy else { throw error }
            return nil
        }
        copiedUpTo = 0
        isClean = true
        return .logReset(nanoseconds: MonotonicTime.nanoseconds() - start)
    }
}
