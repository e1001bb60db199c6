package import SQLite

/// Brings a file and its configuration together at start: migrations, tables, their files, functions.
package enum SchemaLoader {
    /// Applies new migrations and reads everything back. A new table gets its number and a floor at the head; a table whose digest
    /// changed keeps its old row in `sluice_tables`: raising its floor is the engine's.
    /// - Parameters:
    ///   - connection: the read-write one, with `registerFunctions` done and outside any transaction.
    ///   - now: microseconds since 1970, for the record of migrations.
    package static func load(
        connection: Connection, configuration: ConfigurationFolder, now: Int64
    ) throws(ConfigurationError) -> Schema {
        try Migrations.apply(configuration.migrations, to: connection, now: now)
        let readers = try tableReaders(connection)
        for file in configuration.tables where !readers.contains(where: { $0.name == file.stem }) {
            let suggestion = Suggestion.text(for: file.stem, among: readers.map(\.name))
            throw ConfigurationError(file: file.name, message: "there is no table \"\(file.stem)\"\(suggestion)")
        }
        let tables = try readers.map { (reader) throws(ConfigurationError) in
            try table(reader, configuration.tables.first { $0.stem == reader.name })
        }
        try CanonicalCheck.run(tables, on: connection)
        let functions = try functions(configuration.functions, tables: tables, connection: connection)
        return Schema(tables: tables, functions: functions)
    }

    private static func tableReaders(_ connection: Connection) throws(ConfigurationError) -> [TableReader] {
        do throws(SQLiteError) {
            let statement = try connection.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name")
            var readers: [TableReader] = []
            while try statement.step() {
                guard let name = statement.string(0), let sql = statement.string(1) else { continue }
                guard !SystemTables.owns(name), !name.hasPrefix("sqlite_") else { continue }
                readers.append(TableReader(connection: connection, name: name, sql: sql))
            }
            return readers
        } catch {
            throw ConfigurationError(file: "migrations", message: error.description)
        }
    }

    private static func table(_ reader: TableReader, _ file: ConfigurationFile?) throws(ConfigurationError) -> Table {
        let shape = try reader.read()
        let policy = try file.map { (file) throws(ConfigurationError) in
            try TableFile.read(file, table: reader.name, columns: shape.columns, primaryKey: shape.primaryKey)
        }
        let digest = Table.digest(name: reader.name, shape, policy)
        let id: Int
        do throws(SQLiteError) { id = try number(of: reader.name, digest, on: reader.connection) } catch {
            throw reader.refused(error.description)
        }
        return Table(
            id: id, name: reader.name, columns: shape.columns, primaryKey: shape.primaryKey, uniques: shape.uniques,
            foreignKeys: shape.foreignKeys, checks: shape.checks, policy: policy, digest: digest)
    }

    private static func number(of table: String, _ digest: [UInt8], on connection: Connection) throws(SQLiteError) -> Int {
        let find = try connection.prepare("SELECT id FROM sluice_tables WHERE name = ?")
        try find.bind(.text(table), at: 1)
        if try find.step() { return Int(find.integer(0)) }
        let insert = try connection.prepare(
            "INSERT INTO sluice_tables (name, floor, digest) VALUES (?, \(SystemTables.headSQL), ?) RETURNING id")
        try insert.bind(.text(table), at: 1)
        try insert.bind(.blob(digest), at: 2)
        guard try insert.step() else { return 0 }
        let id = Int(insert.integer(0))
        // RETURNING holds the rows back until the statement has ended.
        _ = try insert.step()
        return id
    }

    private static func functions(
        _ files: [ConfigurationFile], tables: [Table], connection: Connection
    ) throws(ConfigurationError) -> [String: Function] {
        do throws(SQLiteError) { try FunctionFile.setUpTableFunctions(on: connection) } catch {
            throw ConfigurationError(file: "functions", message: error.description)
        }
        var functions: [String: Function] = [:]
        for file in files {
            let function = try FunctionFile.read(file, tables: tables, connection: connection)
            functions[function.name] = function
        }
        return functions
    }
}
