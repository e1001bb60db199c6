import Access
package import SQLite

/// Plain SQLite DDL, applied once each in the order of the names, one transaction each.
package enum Migrations {
    /// Brings the file to the last migration. An applied one that was changed or is missing, or a new one that sorts before an applied
    /// one, is an error: the file would no longer be what the folder says.
    ///
    /// Foreign keys are not enforced while a migration runs, so that a table can be rebuilt, but must hold at its end. The journal does
    /// not see what a migration writes: the floors of the tables it names are raised to the head in its own transaction.
    /// - Parameters:
    ///   - connection: the read-write one, with `registerFunctions` done and outside any transaction.
    ///   - now: microseconds since 1970.
    /// - Returns: the names of those applied now.
    @discardableResult
    package static func apply(
        _ files: [ConfigurationFile], to connection: Connection, now: Int64
    ) throws(ConfigurationError) -> [String] {
        let applied = try guarding(nil) { () throws(SQLiteError) in
            try connection.execute(SystemTables.definition)
            return try appliedDigests(connection)
        }
        for name in applied.keys.sorted() where !files.contains(where: { $0.name == name }) {
            throw ConfigurationError(file: name, message: "this migration was applied and is missing now")
        }
        let newest = applied.keys.max() ?? ""
        var done: [String] = []
        for file in files {
            let digest = Digest.sha256(file.bytes)
            if let known = applied[file.name] {
                guard known == digest else {
                    throw ConfigurationError(file: file.name, message: "this migration was changed after it was applied; add a new one")
                }
            } else {
                guard file.name > newest else {
                    throw ConfigurationError(file: file.name, message: "a new migration must sort after \(newest), which was applied")
                }
                try run(file, digest, on: connection, now: now)
                done.append(file.name)
            }
        }
        return done
    }

    private static func appliedDigests(_ connection: Connection) throws(SQLiteError) -> [String: [UInt8]] {
        let statement = try connection.prepare("SELECT name, digest FROM sluice_migrations")
        var digests: [String: [UInt8]] = [:]
        while try statement.step() {
            guard let name = statement.string(0), case .blob(let digest) = statement.value(1) else { continue }
            digests[name] = digest
        }
        return digests
    }

    private static func run(
        _ file: ConfigurationFile, _ digest: [UInt8], on connection: Connection, now: Int64
    ) throws(ConfigurationError) {
        let script = SQLScript(file)
        try script.refuseForbiddenWords()
        try guarding(file) { () throws(SQLiteError) in
            try connection.execute("PRAGMA foreign_keys=OFF; BEGIN IMMEDIATE")
        }
        do throws(ConfigurationError) {
            let touched = try execute(script, on: connection)
            try guarding(file) { () throws(SQLiteError) in try record(file, digest, touched, on: connection, now: now) }
            try checkForeignKeys(file, on: connection)
            try guarding(file) { () throws(SQLiteError) in try connection.execute("COMMIT; PRAGMA foreign_keys=ON") }
        } catch {
            // The first error is the one to tell; rolling back can only fail where nothing is left to roll back.
            try? connection.execute("ROLLBACK")
            try? connection.execute("PRAGMA foreign_keys=ON")
            throw error
        }
    }

    /// Runs the statements and gives the tables they write.
    private static func execute(_ script: SQLScript, on connection: Connection) throws(ConfigurationError) -> Set<String> {
        let watch = WriteWatch()
        connection.setAuthorizer { watch.allows($0) }
        defer { connection.setAuthorizer(nil) }
        for part in script.parts {
            do throws(SQLiteError) {
                try connection.prepare(part.text).run()
            } catch {
                let refused = watch.refusal.map { "\($0) is not allowed in a migration" }
                throw ConfigurationError(refused ?? error.message, at: part.offset + (error.offset ?? 0), in: script.file)
            }
        }
        return watch.tables
    }

    private static func record(
        _ file: ConfigurationFile, _ digest: [UInt8], _ touched: Set<String>, on connection: Connection, now: Int64
    ) throws(SQLiteError) {
        let insert = try connection.prepare("INSERT INTO sluice_migrations (name, digest, time) VALUES (?, ?, ?)")
        try insert.bind(.text(file.name), at: 1)
        try insert.bind(.blob(digest), at: 2)
        try insert.bind(now, at: 3)
        try insert.run()
        try CanonicalCheck.require(on: connection)
        let raise = try connection.prepare("UPDATE sluice_tables SET floor = \(SystemTables.headSQL) WHERE name = ?")
        for table in touched.sorted() {
            try raise.bind(.text(table), at: 1)
            try raise.run()
        }
    }

    private static func checkForeignKeys(_ file: ConfigurationFile, on connection: Connection) throws(ConfigurationError) {
        let broken = try guarding(file) { () throws(SQLiteError) in
            let statement = try connection.prepare("PRAGMA foreign_key_check")
            return try statement.step() ? statement.row() : nil
        }
        guard let broken else { return }
        let (child, parent) = (broken.value(at: 0).string ?? "", broken.value(at: 2).string ?? "")
        throw ConfigurationError(file: file.name, message: "leaves rows in \(child) without their row in \(parent)")
    }

    private static func guarding<Result>(
        _ file: ConfigurationFile?, _ body: () throws(SQLiteError) -> Result
    ) throws(ConfigurationError) -> Result {
        do throws(SQLiteError) { return try body() } catch {
            throw ConfigurationError(file: file?.name ?? "migrations", message: error.description)
        }
    }
}

/// What a migration's statements ask of the authorizer: which tables they write, and whether they touch the broker's own.
private final class WriteWatch {
    private(set) var tables: Set<String> = []
    private(set) var refusal: String?

    func allows(_ asked: Authorization) -> Bool {
        switch asked.action {
        case .insert, .update, .delete:
            if SystemTables.owns(asked.subject) { refusal = asked.subject }
            tables.insert(asked.subject)
        case .transaction, .savepoint, .pragma: refusal = asked.subject
        case .read where SystemTables.owns(asked.subject): refusal = asked.subject
        default: break
        }
        return refusal == nil
    }
}
