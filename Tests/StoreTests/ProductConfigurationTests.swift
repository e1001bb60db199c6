import Access
import SQLite
import Testing

@testable import Store

@Suite("The product's configuration") struct ProductConfigurationTests {
    private static let folder = "\(#filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" })/config"
    private static let user = "00000000-0000-4000-8000-000000000001"

    private let store: TemporaryStore
    private let schema: Schema

    init() throws {
        store = try TemporaryStore()
        schema = try store.load(ConfigurationFolder(reading: Self.folder))
        try store.connection.execute("INSERT INTO profiles (id, email) VALUES ('\(Self.user)', 'ana@example.org')")
        for (number, status) in ["pending", "uploading", "retrying", "completed", "failed", "stopped"].enumerated() {
            let isFinal = number > 2
            try store.connection.execute(
                """
                INSERT INTO upload_queue (id, user_id, filename, status, finished_at, started_at)
                VALUES ('\(Self.id(number))', '\(Self.user)', '\(status).mp4', '\(status)', \(isFinal ? "now('-8 days')" : "NULL"),
                        now('-\(number) hours'))
                """)
        }
    }

    private static func id(_ number: Int) -> String { "10000000-0000-4000-8000-00000000000\(number)" }

    private func function(_ name: String) throws -> Function { try #require(schema.functions[name]) }

    private func statuses() throws -> [String] { try store.rows("SELECT status FROM upload_queue ORDER BY id") }

    @Test("loads, with every column in its type") func loads() throws {
        #expect(schema.tables.map(\.name) == ["profiles", "upload_queue"])
        let queue = try #require(schema.table(named: "upload_queue"))
        #expect(queue.columns.count == 26)
        #expect(
            queue.policy?.throttle?.columns.map { queue.columns[$0].name }.sorted() == [
                "bytes_sent", "late_writes", "progress", "upload_speed",
            ])
        #expect(queue.foreignKeys.map(\.name) == ["upload_queue_user_id_fkey"])
        #expect(queue.checks.map(\.name) == ["valid_status", "upload_queue_progress_check", "upload_queue_retry_count_check"])
        #expect(queue.uniques.map(\.name) == ["upload_queue_pkey"])
        #expect(schema.functions.count == 9)
    }

    @Test("can be loaded again over the same file") func loadsAgain() throws {
        let again = try store.load(ConfigurationFolder(reading: Self.folder))
        #expect(again.tables.map(\.id) == schema.tables.map(\.id))
        #expect(again.tables.map(\.digest) == schema.tables.map(\.digest))
    }

    @Test("every default and every row it makes is canonical") func defaultsAreCanonical() throws {
        for table in schema.tables {
            let statement = try store.connection.prepare("SELECT \(table.columnsSQL()) FROM \(SQLText.quoted(table.name))")
            while try statement.step() {
                let row = statement.row()
                for column in table.columns { #expect(column.type.isCanonical(row, column.index), "\(table.name).\(column.name)") }
            }
        }
    }

    @Test("stop_upload stops what is active, once") func stop() throws {
        let stop = try function("stop_upload")
        let actor = Claims(role: .operator, subject: Array("ops".utf8))
        #expect(try store.call(stop, ["upload_id": .text(Self.id(1)), "reason": .text("full")], as: actor) == ["1"])
        #expect(try store.call(stop, ["upload_id": .text(Self.id(1))], as: actor) == ["0"])
        #expect(try store.call(stop, ["upload_id": .text(Self.id(3))], as: actor) == ["0"])
        #expect(
            try store.rows(
                "SELECT status, stop_requested_by, stop_reason, stopped_at, finished_at FROM upload_queue WHERE id = '\(Self.id(1))'")
                == ["stopped|ops|full|2026-01-15T12:00:00+00:00|2026-01-15T12:00:00+00:00"])
    }

    @Test("stop_user_uploads counts what it stopped") func stopUser() throws {
        #expect(try store.call(function("stop_user_uploads"), ["user_id": .text(Self.user)]) == ["3"])
        #expect(try statuses() == ["stopped", "stopped", "stopped", "completed", "failed", "stopped"])
    }

    @Test("stop_all_uploads wants the count from people", arguments: [nil, 2, 4] as [Int64?])
    func stopAllRefuses(confirm: Int64?) throws {
        let admin = Claims(role: .admin, subject: nil)
        let error = #expect(throws: SQLiteError.self) {
            try store.call(function("stop_all_uploads"), ["confirm": confirm.map { .integer($0) } ?? .null], as: admin)
        }
        #expect(error?.raised?.code == "P0001")
        #expect(error?.raised?.message == "confirm required")
        #expect(error?.raised?.details == "3")
    }

    @Test("stop_all_uploads stops all with the right count, or for a trusted server") func stopAll() throws {
        let admin = Claims(role: .admin, subject: nil)
        #expect(try store.call(function("stop_all_uploads"), ["confirm": .integer(3)], as: admin) == ["3"])
        #expect(try store.call(function("stop_all_uploads")) == ["0"])
    }

    @Test("get_active_uploads gives uploads under way, newest first, with the address") func active() throws {
        let function = try function("get_active_uploads")
        #expect(function.isReadOnly)
        let rows = try store.call(function)
        #expect(rows.map { $0.split(separator: "|").first.map(String.init) } == [Self.id(1), Self.id(2)])
        #expect(rows.allSatisfy { $0.hasSuffix("|ana@example.org") })
    }

    @Test("retry_upload revives what failed or was stopped", arguments: [(4, "1"), (5, "1"), (3, "0"), (1, "0")])
    func retry(number: Int, expected: String) throws {
        #expect(try store.call(function("retry_upload"), ["upload_id": .text(Self.id(number))]) == [expected])
        if expected == "1" {
            #expect(
                try store.rows("SELECT status, retry_requested_at, finished_at FROM upload_queue WHERE id = '\(Self.id(number))'")
                    == ["pending|2026-01-15T12:00:00+00:00|"])
        }
        #expect(try function("retry_upload").leaves == ["upload_queue"])
    }

    @Test("acknowledge_stop keeps the first time") func acknowledge() throws {
        let acknowledge = try function("acknowledge_stop")
        #expect(try store.call(acknowledge, ["upload_id": .text(Self.id(5))]) == ["1"])
        store.context.now += 1_000_000
        #expect(try store.call(acknowledge, ["upload_id": .text(Self.id(5))]) == ["1"])
        #expect(try store.call(acknowledge, ["upload_id": .text(Self.id(1))]) == ["0"])
        #expect(
            try store.rows("SELECT stop_acknowledged_at FROM upload_queue WHERE id = '\(Self.id(5))'") == ["2026-01-15T12:00:00+00:00"])
    }

    @Test("fail_stale_uploads fails what is silent for 30 minutes") func stale() throws {
        let stale = try function("fail_stale_uploads")
        #expect(stale.schedule == Schedule("* * * * *"))
        #expect(try store.call(stale) == ["0"])
        store.context.now += 31 * 60_000_000
        #expect(try store.call(stale) == ["2"])
        #expect(try statuses() == ["pending", "failed", "failed", "completed", "failed", "stopped"])
    }

    @Test("both cleanups delete what ended a week ago") func cleanup() throws {
        #expect(try store.call(function("cleanup_old_uploads")) == ["3"])
        #expect(try function("cleanup_old_upload_queue").schedule == Schedule("0 2 * * *"))
        store.context.now += 9 * Timestamp.microsecondsPerDay
        #expect(try store.call(function("cleanup_old_upload_queue")) == [])
        #expect(try statuses() == ["pending", "uploading", "retrying"])
    }

    @Test("nobody without a user may call a command")
    func grants() {
        for function in schema.functions.values {
            #expect(!function.isGranted(to: .anon), "\(function.name)")
            #expect(!function.isGranted(to: .authenticated), "\(function.name)")
            #expect(function.isGranted(to: .serviceRole))
            #expect(function.isGranted(to: .admin), "\(function.name)")
        }
        let owned = schema.functions.values.filter { !$0.ownerGrants.isEmpty }.map(\.name).sorted()
        #expect(owned == ["acknowledge_stop", "retry_upload", "stop_upload"])
        let byOperators = schema.functions.values.filter { $0.isGranted(to: .operator) }.map(\.name).sorted()
        #expect(
            byOperators
                == ["acknowledge_stop", "fail_stale_uploads", "get_active_uploads", "retry_upload", "stop_upload", "stop_user_uploads"])
    }
}
