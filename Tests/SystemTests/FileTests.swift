import Glibc
import System
import Testing

/// A folder of its own for each test.
private func withFolder(_ body: (Folder) throws -> Void) throws {
    let folder = Folder("/tmp/sluice-tests-\(Randomness.uint64())")
    try folder.create()
    defer {
        for name in (try? folder.list()) ?? [] { try? folder.file(name).remove() }
        try? folder.remove()
    }
    try body(folder)
}

@Suite("Files, folders, file locks") struct FileTests {
    @Test("writes, reads, replaces and removes a file")
    func file() throws {
        try withFolder { folder in
            let file = folder.file("a")
            #expect(!file.exists)
            let large = [UInt8](repeating: 7, count: 200_000)
            try file.write(large)
            #expect(file.exists)
            #expect(try file.size() == 200_000)
            #expect(try file.read(limit: 200_000) == large)
            try file.write([])
            #expect(try file.read(limit: 0) == [])
            #expect(try folder.list() == ["a"], "no draft stays behind")
            try file.remove()
            try file.remove()
            #expect(!file.exists)
        }
    }

    @Test("sets the mode it is asked for", arguments: [0o600, 0o644, 0o666] as [UInt32])
    func mode(_ mode: UInt32) throws {
        try withFolder { folder in
            let file = folder.file("a")
            try file.write([1], mode: mode)
            var status = stat()
            #expect(unsafe stat(file.path, &status) == 0)
            #expect(status.st_mode & 0o777 == mode)
        }
    }

    @Test("refuses a file above the limit")
    func limit() throws {
        try withFolder { folder in
            let file = folder.file("a")
            try file.write([1, 2, 3])
            let error = #expect(throws: SystemError.self) { try file.read(limit: 2) }
            #expect(error?.description == "read \(file.path): file too large")
        }
    }

    @Test("says what failed on what")
    func errors() throws {
        #expect(throws: SystemError(operation: "open", path: "/none", errno: ENOENT)) { try File("/none").read(limit: 1) }
        #expect(throws: SystemError(operation: "stat", path: "/none", errno: ENOENT)) { try File("/none").size() }
        #expect(throws: SystemError(operation: "list", path: "/none", errno: ENOENT)) { try Folder("/none").list() }
        #expect(SystemError(operation: "open", path: "data/lock", errno: EACCES).description == "open data/lock: permission denied")
        #expect(SystemError(operation: "create thread", errno: EAGAIN).description == "create thread: resource temporarily unavailable")
        #expect(SystemError(operation: "x", errno: 9999).description == "x: error 9999")
        try withFolder { folder in
            try folder.folder("sub").create()
            #expect(throws: SystemError.self) { try folder.file("sub").write([1]) }
            #expect(try folder.list() == ["sub"], "no draft stays behind")
            try folder.folder("sub").remove()
        }
    }

    @Test("lists sorted, makes folders with those above")
    func folders() throws {
        try withFolder { folder in
            for name in ["b", "B", "ä", "10", "9"] { try folder.file(name).write([]) }
            #expect(try folder.list() == ["10", "9", "B", "b", "ä"])
            let deep = folder.folder("x").folder("y")
            try deep.create()
            try deep.create()
            #expect(deep.exists)
            #expect(!folder.file("b").folder.folder("b").exists, "a file is no folder")
            #expect(throws: SystemError.self) { try folder.folder("b").create() }
            try deep.remove()
            try folder.folder("x").remove()
        }
    }

    @Test("finds the folder of a path", arguments: [("a", "."), ("/a", "/"), ("/a/b", "/a"), ("a/b/c", "a/b")])
    func folderOfFile(_ path: String, folder: String) {
        #expect(File(path).folder.path == folder)
    }

    @Test("a lock keeps others out, names its holder and ends with it")
    func lock() throws {
        try withFolder { folder in
            let file = folder.file("lock")
            try file.write(Array("a longer text than a process id".utf8))
            var lock: FileLock? = try FileLock(path: file.path)
            #expect(lock != nil)
            let error = #expect(throws: FileLockError.self) { try FileLock(path: file.path) }
            #expect(error == .held(path: file.path, processID: getpid()))
            #expect(error?.description == "lock \(file.path): held by process \(getpid())")
            lock = nil
            _ = try FileLock(path: file.path)
            #expect(throws: FileLockError.system(SystemError(operation: "open", path: "/none/lock", errno: ENOENT))) {
                try FileLock(path: "/none/lock")
            }
        }
    }
}
