import Glibc

/// An open file that is closed when its owner goes away; never inherited by a child process.
struct FileDescriptor: ~Copyable {
    let number: Int32
    private let path: String

    init(opening path: String, _ flags: Int32, mode: mode_t = 0) throws(SystemError) {
        var number: Int32
        repeat { number = unsafe Glibc.open(path, flags | O_CLOEXEC, mode) } while number < 0 && errno == EINTR
        guard number >= 0 else { throw .last("open", path) }
        self.number = number
        self.path = path
    }

    deinit {
        close(number)
    }

    /// Reads to the file's end.
    /// - Throws: `SystemError` with EFBIG when there are more than `limit` bytes.
    func readAll(limit: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = unsafe Glibc.read(number, &chunk, chunk.count)
            if count < 0 {
                guard errno == EINTR else { throw .last("read", path) }
                continue
            }
            guard count > 0 else { return bytes }
            guard count <= limit - bytes.count else { throw SystemError(operation: "read", path: path, errno: EFBIG) }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    func writeAll(_ bytes: [UInt8]) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
            if count < 0 {
                guard errno == EINTR else { throw .last("write", path) }
                continue
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Sets the permissions exactly, whatever the umask.
    func setMode(_ mode: mode_t) throws(SystemError) {
        guard fchmod(number, mode) == 0 else { throw .last("set mode of", path) }
    }

    func truncate() throws(SystemError) {
        guard ftruncate(number, 0) == 0 else { throw .last("truncate", path) }
    }

    /// Returns once the contents are on the disk.
    func synchronize() throws(SystemError) {
        guard fsync(number) == 0 else { throw .last("sync", path) }
    }
}
