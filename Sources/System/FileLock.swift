import Glibc

/// Why a lock file could not be locked.
package enum FileLockError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another process has it; its id when the file tells.
    case held(path: String, processID: Int32?)
    case system(SystemError)

    package var description: String {
        switch self {
        case .held(let path, let processID?): "lock \(path): held by process \(processID)"
        case .held(let path, nil): "lock \(path): held by another process"
        case .system(let error): error.description
        }
    }
}

/// A file that one process at a time has locked; given up when this goes away or the process dies. The file stays and names its holder.
///
/// Source: flock(2): the lock belongs to the open file, which no child process inherits.
package final class FileLock: Sendable {
    private let descriptor: FileDescriptor

    /// Locks the file at `path`, making it when there is none; never waits.
    package init(path: String) throws(FileLockError) {
        descriptor = try Self.open(path)
        try Self.lock(descriptor, path)
    }

    private static func open(_ path: String) throws(FileLockError) -> FileDescriptor {
        do throws(SystemError) {
            return try FileDescriptor(opening: path, O_RDWR | O_CREAT, mode: 0o644)
        } catch {
            throw .system(error)
        }
    }

    private static func lock(_ descriptor: borrowing FileDescriptor, _ path: String) throws(FileLockError) {
        guard flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw .system(.last("lock", path)) }
            throw .held(path: path, processID: holder(descriptor))
        }
        do throws(SystemError) {
            try descriptor.truncate()
            try descriptor.writeAll(Array("\(getpid())\n".utf8))
        } catch {
            throw .system(error)
        }
    }

    private static func holder(_ descriptor: borrowing FileDescriptor) -> Int32? {
        guard let bytes = try? descriptor.readAll(limit: 32) else { return nil }
        return Int32(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
