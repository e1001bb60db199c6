import Access
@testable import Engine
import SQLite
import Store
import System
import Testing

/// A folder of its own for a test, deleted when the test is done.
final class TemporaryFolder {
    let folder: Folder

    init() throws {
        folder = Folder("/tmp/sluice-engine-\(String(Randomness.uint64(), radix: 36))")
        try folder.create()
    }

    deinit {
        for name in (try? folder.list()) ?? [] { try? folder.file(name).remove() }
        try? folder.remove()
    }

    func path(_ name: String) -> String { folder.file(name).path }
}

/// An applier over the tables of an upload monitor, with a clock that the test moves.
final class Bench {
    let folder: TemporaryFolder
    let schema: Schema
    let configuration: EngineConfiguration
    private(set) var applier: Applier
    private(set) var changes: [Change] = []
    private(set) var last: AppliedBlock?
    private var seed: UInt64 = 1
    /// The wall clock of the next block.
    var now: Int64 = 1_800_000_000_000_000

    init(
        script: String = Tables.script, schema: Schema = Tables.schema(), folder: TemporaryFolder? = nil,
        configuration: EngineConfiguration = .quick
    ) throws {
        self.folder = try folder ?? TemporaryFolder()
        self.schema = schema
        self.configuration = configuration
        applier = try Self.open(self.folder.path("test.db"), schema, configuration, script, now: now)
    }

    private static func open(
        _ path: String, _ schema: Schema, _ configuration: EngineConfiguration, _ script: String, now: Int64
    ) throws -> Applier {
        let connection = try Connection(path: path, mode: .readWrite)
        let context = FunctionContext()
        context.now = now
        try connection.registerFunctions(context)
        try connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF")
        if try connection.first("SELECT count(*) FROM sqlite_schema WHERE name = 'uploads'") == .integer(0) {
            try connection.execute(script)
        }
        try connection.execute(SystemTables.definition)
        for table in schema.tables {
            try connection.execute(
                "INSERT OR IGNORE INTO sluice_tables (id, name, floor, digest) VALUES (\(table.id), '\(table.name)', 0, zeroblob(0))")
        }
        return try Applier(
            connection: connection, context: context, schema: schema, configuration: configuration,
            epoch: Epoch(rawValue: String(Randomness.uint64(), radix: 16)), now: now)
    }

    /// Opens the same file again, as after a crash: nothing was closed.
    func reopen() throws { applier = try Self.open(folder.path("test.db"), schema, configuration, "", now: now) }

    var connection: Connection { applier.connection.connection }

    /// Applies mutations as one block, `elapsed` microseconds after the previous one.
    @discardableResult
    func apply(_ mutations: Mutation..., elapsed: Int64 = 0) throws -> [Outcome] { try apply(mutations, elapsed: elapsed) }

    @discardableResult
    func apply(_ mutations: [Mutation], elapsed: Int64 = 0) throws -> [Outcome] {
        now += elapsed
        let applied = try applier.apply(Block(mutations: mutations, now: now, elapsed: elapsed, seed: UInt64(bitPattern: now) &+ seed))
        if !mutations.isEmpty { seed += 1 }
        last = applied
        changes += applied.committed.changes
        return applied.outcomes
    }

    func table(_ name: String) throws -> Table { try #require(schema.table(named: name)) }

    func rows(_ sql: String) throws -> [[Value]] {
        let select = try applier.connection.statement(sql)
        defer { select.reset() }
        var rows: [[Value]] = []
        while try select.step() { rows.append(select.row().values) }
        return rows
    }

    func value(_ sql: String) throws -> Value? { try connection.first(sql) }

    /// Makes the file's clock show this sum of elapsed time.
    func setClock(_ clock: Int64) throws {
        try connection.execute("INSERT OR REPLACE INTO sluice_state VALUES ('clock', \(clock))")
        try reopen()
    }

    /// Changes since the last call.
    func takeChanges() -> [Change] {
        defer { changes = [] }
        return changes
    }
}

extension EngineConfiguration {
    /// Without waiting for the disk: these tests are about what is written, not about power failures.
    static var quick: EngineConfiguration {
        var configuration = EngineConfiguration()
        configuration.isSynchronous = false
        return configuration
    }
}

extension Outcome {
    var applied: Applied? { if case .done(let applied) = self { applied } else { nil } }
    var rejection: Rejection? { if case .rejected(let rejection) = self { rejection } else { nil } }
    var code: String? { rejection?.code }
}
