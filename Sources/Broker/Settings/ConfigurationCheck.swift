internal import SQLite
internal import Store
internal import System

/// Reads a configuration as a start would, against an empty database in memory.
package enum ConfigurationCheck {
    package struct Report: Sendable {
        package let tables: Int
        package let functions: Int
        package let migrations: Int
    }

    /// - Throws: `ConfigurationError`; `SQLiteError` when not even an empty database can be made.
    package static func run(configuration: String, overrides: [String]) throws -> Report {
        _ = try SettingsLoader.load(file: "\(configuration)/sluice.json5", environment: Environment.value(of:), overrides: overrides)
        let folder = try ConfigurationFolder(reading: configuration)
        let connection = try Connection(path: ":memory:", mode: .readWrite)
        let context = FunctionContext()
        context.now = WallTime.microseconds()
        try connection.registerFunctions(context)
        try connection.execute(SystemTables.definition)
        let schema = try SchemaLoader.load(connection: connection, configuration: folder, now: context.now)
        return Report(tables: schema.tables.count, functions: schema.functions.count, migrations: folder.migrations.count)
    }
}
