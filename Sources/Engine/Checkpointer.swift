import SQLite
import System

/// Copies the write-ahead log into the database, beside the writing: when nobody waits, or in steps when somebody always does.
///
/// Only the engine's connection checkpoints: before 3.51.3 two that do can corrupt the file.
struct Checkpointer {
    private let connection: Connection
    private let log: File
    private let readers: (any ReaderGate)?
    private let logByteLimit: Int64
    /// A busy engine checkpoints after this many bytes of log: large enough that pages written again and again are copied once.
    private let stepBytes: Int64 = 4 << 20
    private var copiedUpTo: Int64 = 0
    private var isClean = true

    init(connection: Connection, path: String, configuration: EngineConfiguration, readers: (any ReaderGate)?) {
        self.connection = connection
        log = File(path + "-wal")
        self.readers = readers
        logByteLimit = configuration.logByteLimit
    }

    mutating func noteWrite() { isClean = false }

    /// - Parameter isIdle: whether no block waits.
    mutating func run(isIdle: Bool) throws(SQLiteError) -> EngineObservation? {
        guard !isClean else { return nil }
        // stat(2) only: any other descriptor that is closed would drop SQLite's locks.
        let size = (try? log.size()) ?? 0
        if size > logByteLimit, let readers { return try reset(behind: readers) }
        guard isIdle || size - copiedUpTo >= stepBytes else { return nil }
        let start = MonotonicTime.nanoseconds()
        let (frames, copied) = try connection.checkpointPassive()
        copiedUpTo = size
        isClean = frames == copied
        // All copied: the next writer starts the log from its beginning, in the same file.
        if isClean { copiedUpTo = 0 }
        return .checkpointed(logFrames: frames, copiedFrames: copied, nanoseconds: MonotonicTime.nanoseconds() - start)
    }

    /// Empties the log while no reader has a snapshot.
    private mutating func reset(behind readers: any ReaderGate) throws(SQLiteError) -> EngineObservation? {
        let start = MonotonicTime.nanoseconds()
        var failure: SQLiteError?
        readers.whileClosed {
            do throws(SQLiteError) { try connection.checkpointTruncate() } catch { failure = error }
        }
        if let failure {
            // A reader that does not end: the next block tries again.
            guard failure.code.primary == .busy else { throw failure }
            return nil
        }
        copiedUpTo = 0
        isClean = true
        return .logReset(nanoseconds: MonotonicTime.nanoseconds() - start)
    }
}

/// The gate in front of all readers of the file.
package protocol ReaderGate: AnyObject, Sendable {
    /// Lets no new read begin, waits for those under way, runs `body`, and opens again. The engine's thread.
    func whileClosed(_ body: () -> Void)
}
