import Glibc

/// A folder by its path. Nothing is open between calls; any thread.
package struct Folder: Sendable, Hashable {
    package let path: String

    package init(_ path: String) {
        self.path = path
    }

    package var exists: Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    package func file(_ name: String) -> File { File("\(path)/\(name)") }

    package func folder(_ name: String) -> Folder { Folder("\(path)/\(name)") }

    /// Makes the folder and those above it; one that is there already is left as it is.
    /// - Parameter mode: the permissions of the new ones, less the umask.
    package func create(mode: UInt32 = 0o755) throws(SystemError) {
        if exists { return }
        let above = File(path).folder
        if above != self { try above.create(mode: mode) }
        // Another process may have been first.
        guard unsafe mkdir(path, mode) == 0 || exists else { throw .last("create folder", path) }
    }

    /// The names in the folder, sorted by their bytes, without `.` and `..`.
    package func list() throws(SystemError) -> [String] {
        guard let stream = unsafe opendir(path) else { throw .last("list", path) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else { break }
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw .last("list", path) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Deletes the folder, which must be empty; none is no error.
    package func remove() throws(SystemError) {
        guard unsafe rmdir(path) == 0 || errno == ENOENT else { throw .last("remove", path) }
    }

    /// Returns once names created, renamed and removed in it are on the disk.
    func synchronize() throws(SystemError) {
        try FileDescriptor(opening: path, O_RDONLY | O_DIRECTORY).synchronize()
    }
}
