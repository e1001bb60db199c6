import SQLite

/// How the one writing connection is set up. Every pragma is stated: Debian's build has defaults of its own.
enum WriterPragmas {
    static func set(_ connection: Connection, _ configuration: EngineConfiguration) throws {
        let synchronous = configuration.isSynchronous ? "FULL" : "OFF"
        try connection.execute(
            """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = \(synchronous); PRAGMA wal_autocheckpoint = 0;
            PRAGMA secure_delete = OFF; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = 0;
            PRAGMA cache_size = -\(configuration.pageCacheBytes / 1_024); PRAGMA recursive_triggers = OFF
            """)
        let wanted: [(String, Value)] = [
            ("journal_mode", .text("wal")), ("synchronous", .integer(configuration.isSynchronous ? 2 : 0)),
            ("wal_autocheckpoint", .integer(0)),
            ("foreign_keys", .integer(1)), ("secure_delete", .integer(0)),
        ]
        for (name, value) in wanted {
            let actual = try connection.first("PRAGMA \(name)")
            guard actual == value else {
                throw EngineFault(
                    operation: "set PRAGMA \(name)", cause: nil,
                    advice: "the file system does not allow what durability asks for: \(String(describing: actual))")
            }
        }
    }
}
