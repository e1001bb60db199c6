internal import SQLite
internal import Store
internal import System

/// Reads a configuration as a start would, against an empty database in memory.
package enum ConfigurationCheck {
    /// What a good configuration holds.
    package struct Report: Sendable {
        package let tables: Int
        package let functions: Int
        package let migrations: Int
    }

    /// - Parameters:
    ///   - configuration: the folder's path.
    ///   - overrides: settings as `key=value`, over the environment and the file.
    /// - Throws: `ConfigurationError`; `SQLiteError` when not even an empty database can be made.
    package static func run(configuration: String, overrides: [String]) throws -> Report {
        _ = try SettingsLoader.load(configuration: configuration, environment: Environment.value(of:), overrides: overrides)
        let folder = try ConfigurationFolder(reading: configuration)
        let now = WallTime.microseconds()
        let schema = try SchemaLoader.load(connection: .offline(path: ":memory:", now: now), configuration: folder, now: now)
        return Report(tables: schema.tables.count, functions: schema.functions.count, migrations: folder.migrations.count)
    }
}
