import Glibc
import System

/// A folder of its own that goes with the value, and what is in it.
final class TemporaryFolder {
    let folder: Folder

    init() throws {
        folder = Folder("/tmp/sluice-broker-\(String(decoding: Randomness.uuid(), as: UTF8.self))")
        try folder.create()
    }

    deinit { Self.remove(folder) }

    var path: String { folder.path }

    /// Writes a file, making the folders above it.
    func write(_ name: String, _ text: String) throws {
        let file = folder.file(name)
        try file.folder.create()
        try file.write(Array(text.utf8))
    }

    private static func remove(_ folder: Folder) {
        for name in (try? folder.list()) ?? [] {
            let inner = folder.folder(name)
            if inner.exists { remove(inner) } else { try? folder.file(name).remove() }
        }
        try? folder.remove()
    }

    /// The permissions of a file or folder; nil when there is none.
    static func mode(_ path: String) -> UInt32? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }

    /// A configuration with one table, `notes`, which only service_role may use.
    static func configuration(_ settings: String = "{}") throws -> TemporaryFolder {
        let made = try TemporaryFolder()
        try made.write("sluice.json5", settings)
        try made.write("migrations/001_notes.sql", "CREATE TABLE notes (id uuid text PRIMARY KEY NOT NULL, body text text);\n")
        try made.write("tables/notes.json5", "{ realtime: true, access: { authenticated: { select: \"all\" } } }\n")
        return made
    }
}
