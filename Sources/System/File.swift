import Glibc

/// A file by its path. Nothing is open between calls; any thread.
package struct File: Sendable, Hashable {
    package let path: String

    package init(_ path: String) {
        self.path = path
    }

    package var exists: Bool { unsafe access(path, F_OK) == 0 }

    /// Size in bytes, by stat(2): the file is not opened.
    package func size() throws(SystemError) -> Int64 {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw .last("stat", path) }
        return Int64(status.st_size)
    }

    /// The whole contents.
    /// - Throws: `SystemError` with EFBIG when there are more than `limit` bytes.
    package func read(limit: Int) throws(SystemError) -> [UInt8] {
        try FileDescriptor(opening: path, O_RDONLY).readAll(limit: limit)
    }

    /// Puts `bytes` in the file's place: readers see the old contents or the new, also after a power failure.
    ///
    /// Writes beside it, syncs, renames, syncs the folder.
    /// - Parameter mode: the permissions, whatever the umask.
    package func write(_ bytes: [UInt8], mode: UInt32 = 0o644) throws(SystemError) {
        let draft = File("\(path).\(String(Randomness.uint64(), radix: 36)).tmp")
        do throws(SystemError) {
            let descriptor = try FileDescriptor(opening: draft.path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
            try descriptor.setMode(mode)
            try descriptor.writeAll(bytes)
            try descriptor.synchronize()
            guard unsafe rename(draft.path, path) == 0 else { throw .last("rename to", path) }
        } catch {
            unsafe unlink(draft.path)
            throw error
        }
        try folder.synchronize()
    }

    /// Syncs the file and gives it another place in the same file system, so that there it is whole or not there at all.
    package func move(to place: File) throws(SystemError) {
        try FileDescriptor(opening: path, O_RDONLY).synchronize()
        guard unsafe rename(path, place.path) == 0 else { throw .last("rename to", place.path) }
        try place.folder.synchronize()
    }

    /// Deletes the file; none is no error.
    package func remove() throws(SystemError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .last("remove", path) }
    }

    /// The folder that the file is in.
    package var folder: Folder {
        guard let slash = path.lastIndex(of: "/") else { return Folder(".") }
        return Folder(slash == path.startIndex ? "/" : String(path[..<slash]))
    }
}
