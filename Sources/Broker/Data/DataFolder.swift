internal import SQLite
internal import Store
package import System

/// The folder that holds everything that lasts: the database, the secret, the keys made from it, and the lock.
///
/// The folder is made with mode 0700, the files in it with 0600. Any thread.
package struct DataFolder: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    package var database: String { "\(path)/sluice.db" }
    /// Given up when the disk is full.
    var reserve: File { File("\(path)/reserve") }
    private var lockFile: String { "\(path)/lock" }

    /// Makes the folder if need be and keeps every other process out for as long as the lock lives.
    /// - Throws: `DataFolderInUse`, which names the holder; `FileLockError`, `SystemError` when the folder cannot be had at all.
    package func hold() throws -> FileLock {
        try Folder(path).create(mode: 0o700)
        do throws(FileLockError) {
            return try FileLock(path: lockFile)
        } catch {
            guard case .held(_, let holder) = error else { throw error }
            throw DataFolderInUse(path: path, processID: holder)
        }
    }

    /// Applies new migrations to the database, which no broker may hold.
    /// - Returns: the names of those applied.
    /// - Throws: `ConfigurationError` for a migration that fails, `DataFolderInUse` while a broker runs.
    package func migrate(configuration: String) throws -> [String] {
        let folder = try ConfigurationFolder(reading: configuration)
        let lock = try hold()
        defer { withExtendedLifetime(lock) {} }
        let now = WallTime.microseconds()
        return try Migrations.apply(folder.migrations, to: .offline(path: database, now: now), now: now)
    }

    /// Copies the database to a new file when no broker holds the folder. May take minutes.
    /// - Returns: false when one does, or when there is no database here; nothing was done then.
    package func copyAtRest(to target: String) throws -> Bool {
        guard File(database).exists else { return false }
        let lock: FileLock
        do {
            lock = try hold()
        } catch is DataFolderInUse {
            return false
        }
        defer { withExtendedLifetime(lock) {} }
        try Backup.copy(database, to: target)
        return true
    }
}

/// A broker or a tool has the data folder.
package struct DataFolderInUse: Error, Hashable, Sendable, CustomStringConvertible {
    package let path: String
    /// Nil when the lock file does not tell.
    package let processID: Int32?

    package var description: String {
        "data folder \(path) is in use by \(processID.map { "process \($0)" } ?? "another process"); one broker serves it at a time"
    }
}
