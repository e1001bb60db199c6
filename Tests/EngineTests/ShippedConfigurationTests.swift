import Access
@testable import Engine
import SQLite
import Store
import System
import Testing

/// The engine with the configuration that the product ships.
@Suite("Shipped configuration")
struct ShippedConfigurationTests {
    private static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    private let folder: TemporaryFolder
    private let applier: Applier
    private let schema: Schema
    private let upload: Value = "00000000-0000-4000-8000-000000000001"
    private let user = Claims(role: .authenticated, subject: Array("00000000-0000-4000-8000-0000000000aa".utf8))
    private let ops = Claims(role: .operator, subject: Array("00000000-0000-4000-8000-0000000000bb".utf8))

    init() throws {
        folder = try TemporaryFolder()
        let connection = try Connection(path: folder.path("data.db"), mode: .readWrite)
        let context = FunctionContext(now: 1_800_000_000_000_000)
        try connection.registerFunctions(context)
        try connection.execute(SystemTables.definition)
        schema = try SchemaLoader.load(
            connection: connection, configuration: ConfigurationFolder(reading: Self.root + "/config"), now: context.now)
        var configuration = EngineConfiguration.quick
        configuration.actors = .init(table: "profiles", key: "id", claims: [("email", "email")])
        applier = try Applier(
            connection: connection, context: context, schema: schema, configuration: configuration,
            epoch: Epoch(rawValue: "0123456789abcdef"),
            now: context.now)
    }

    private func apply(_ kind: Mutation.Kind, as actor: Claims, elapsed: Int64 = 100_000) throws -> (Outcome, [Change]) {
        let applied = try applier.apply(
            Block(
                mutations: [Mutation(kind, actor: actor, replyTo: nil)], now: 1_800_000_000_000_000 + applier.clock, elapsed: elapsed,
                seed: 7))
        return (try #require(applied.outcomes.first), applied.committed.changes)
    }

    private func update(_ values: KeyValuePairs<String, Value>) throws -> Mutation.Kind {
        let table = try #require(schema.table(named: "upload_queue"))
        return .update(
            .init(
                table: table, assignments: values.map { .init(column: table.place(of: $0.key) ?? 0, value: $0.value) },
                predicate: .compare(column: table.place(of: "id") ?? 0, .equal, upload)))
    }

    private func call(_ name: String, _ arguments: Value...) throws -> Mutation.Kind {
        .call(.init(function: try #require(schema.functions[name]), arguments: arguments))
    }

    private func value(_ column: String) throws -> Value? {
        try applier.connection.connection.first("SELECT \(column) FROM upload_queue")
    }

    @Test("an unknown status is refused by the schema's own check")
    func unknownStatus() throws {
        let table = try #require(schema.table(named: "upload_queue"))
        let columns = ["id", "filename", "status"].compactMap(table.place)
        let (outcome, _) = try apply(
            .insert(.init(table: table, columns: columns, rows: [[upload, "a.mp4", "flying"]])), as: Claims(role: .admin, subject: nil))
        #expect(outcome.rejection?.message == "new row for relation \"upload_queue\" violates check constraint \"valid_status\"")
    }

    @Test("a stop wins over late progress, is acknowledged, and a retry starts again")
    func stopWins() throws {
        let table = try #require(schema.table(named: "upload_queue"))
        let columns = ["id", "user_id", "filename", "status"].compactMap(table.place)
        let subject = Value.text(try #require(user.subject))
        let (inserted, first) = try apply(
            .insert(.init(table: table, columns: columns, rows: [[upload, subject, "a.mp4", "uploading"]])), as: user)
        #expect(inserted.applied?.inserted == 1)
        #expect(first.map(\.table.name) == ["profiles", "upload_queue"])
        #expect(try apply(update(["progress": 10]), as: user).0.applied?.affected == 1)

        #expect(try apply(call("stop_upload", upload, "full"), as: Claims(role: .viewer, subject: nil)).0.code == "42501")
        let (stopped, told) = try apply(call("stop_upload", upload, "full"), as: ops)
        #expect(stopped.applied?.result.map(\.values) == [[1]])
        #expect(told.filter { $0.table.name == "upload_queue" }.map(\.isHeld) == [true])
        #expect(try value("status") == "stopped")
        #expect(try value("finished_at IS NOT NULL") == 1)
        #expect(try apply(call("stop_upload", upload, .null), as: ops).0.applied?.result.map(\.values) == [[0]])

        #expect(try apply(update(["progress": 20, "bytes_sent": 5]), as: user).0.applied?.affected == 1)
        #expect(try value("progress") == 10)
        #expect(try value("bytes_sent") == 5)
        #expect(try value("late_writes") == 1)
        #expect(try value("stop_acknowledged_at") == .null)
        let (_, acknowledged) = try apply(update(["status": "failed"]), as: user)
        #expect(acknowledged.count == 1)
        #expect(try value("status") == "stopped")
        #expect(try value("stop_acknowledged_at IS NOT NULL") == 1)

        #expect(try apply(call("retry_upload", upload), as: ops).0.code == nil)
        #expect(try value("status IN ('pending', 'retrying')") == 1)
        #expect(try value("finished_at") == .null)
        #expect(try applier.connection.connection.first("SELECT count(*) FROM sluice_audit WHERE command = 'stop'") == 3)
    }
}
