import Access
import SQLite
import System

@testable import Store

/// A database in a folder of its own that goes with the value.
final class TemporaryStore {
    let path: String
    let connection: Connection
    let context: FunctionContext
    private let folder: Folder

    init() throws {
        folder = Folder("/tmp/sluice-store-\(String(decoding: Randomness.uuid(), as: UTF8.self))")
        try folder.create()
        path = folder.file("data.db").path
        connection = try Connection(path: path, mode: .readWrite)
        try connection.execute("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=OFF")
        context = FunctionContext(now: TemporaryStore.noon)
        try connection.registerFunctions(context)
    }

    deinit { removeFiles() }

    private func removeFiles() {
        for ending in ["", "-wal", "-shm"] { try? folder.file("data.db\(ending)").remove() }
        try? folder.remove()
    }

    /// 2026-01-15T12:00:00Z.
    static let noon: Int64 = 1_768_478_400_000_000

    func load(
        migration: String, tables: [String: String] = [:], functions: [String: String] = [:]
    ) throws(ConfigurationError) -> Schema {
        try load(
            ConfigurationFolder(
                migrations: [ConfigurationFile(name: "migrations/001.sql", text: migration)],
                tables: tables.map { ConfigurationFile(name: "tables/\($0).json5", text: $1) },
                functions: functions.map { ConfigurationFile(name: "functions/\($0).sql", text: $1) }))
    }

    func load(_ folder: ConfigurationFolder) throws(ConfigurationError) -> Schema {
        try SchemaLoader.load(connection: connection, configuration: folder, now: Self.noon)
    }

    /// All rows of a query, as PostgreSQL-like text with `|` between columns and NULL as nothing.
    func rows(_ sql: String) throws -> [String] {
        let statement = try connection.prepare(sql)
        var rows: [String] = []
        while try statement.step() { rows.append(statement.row().values.map(\.shown).joined(separator: "|")) }
        return rows
    }

    /// Runs a function as the engine would: every statement in order, the last one's rows are the result.
    func call(_ function: Function, _ arguments: [String: Value] = [:], as actor: Claims = .service) throws -> [String] {
        context.actor = actor
        var result: [String] = []
        for sql in function.statements {
            let statement = try connection.prepare(sql)
            for parameter in function.parameters {
                guard let index = statement.parameterIndex(":\(parameter.name)") else { continue }
                try statement.bind(arguments[parameter.name] ?? parameter.defaultValue ?? .null, at: index)
            }
            result = []
            while try statement.step() { result.append(statement.row().values.map(\.shown).joined(separator: "|")) }
        }
        return result
    }
}

extension Value {
    var shown: String {
        switch self {
        case .null: ""
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .text(let bytes): String(decoding: bytes, as: UTF8.self)
        case .blob(let bytes): "\(bytes)"
        }
    }
}

/// The text of a value's JSON.
func json(_ type: ColumnType, _ value: Value) -> String {
    var output: [UInt8] = []
    type.appendJSON(value, to: &output)
    return String(decoding: output, as: UTF8.self)
}

func text(_ type: ColumnType, _ value: Value) -> String {
    var output: [UInt8] = []
    type.appendText(value, to: &output)
    return String(decoding: output, as: UTF8.self)
}
