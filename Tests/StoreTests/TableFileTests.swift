import Access
import Testing

@testable import Store

@Suite("Table files") struct TableFileTests {
    private static let migration = """
        CREATE TABLE uploads (
          id uuid text NOT NULL PRIMARY KEY, user_id uuid text, status text, progress integer, sent bigint, late integer,
          finished_at timestamptz text, confirmed_at timestamptz text, updated_at timestamptz text)
        """

    private func policy(_ text: String) throws -> TablePolicy {
        let schema = try TemporaryStore().load(migration: Self.migration, tables: ["uploads": text])
        return try #require(schema.tables.first?.policy)
    }

    @Test("declare access, lifecycle, throttle and journal") func reads() throws {
        let policy = try policy(
            """
            {
              realtime: true, touch: "updated_at",
              access: { owner: "user_id", authenticated: { select: "owner", insert: "unowned" }, admin: "all", service_role: "all" },
              lifecycle: {
                column: "status", active: ["a", "b"], final: ["c", "d"], finished_at: "finished_at", hold: ["d"],
                held: { count: "late", through: ["sent"], acknowledge: "confirmed_at", by: ["a", "c"] },
              },
              throttle: { interval: "1500ms", columns: ["progress", "sent"] },
              replica_identity: "full", journal: { age: "2h", size: null },
            }
            """)
        #expect(policy.isRealtime && policy.touch == 8 && policy.showsWholeOldRecord)
        #expect(policy.access.owner == 1)
        #expect(policy.access.rule(for: .authenticated, .insert) == .unowned)
        #expect(policy.access.rule(for: .authenticated, .delete) == .none)
        #expect(policy.access.rule(for: .admin, .delete) == .all)
        let lifecycle = try #require(policy.lifecycle)
        #expect(lifecycle.column == 2 && lifecycle.finishedAt == 6 && lifecycle.heldCount == 5 && lifecycle.acknowledge == 7)
        #expect(lifecycle.hold == [Array("d".utf8)] && lifecycle.heldThrough == [4] && lifecycle.acknowledgedBy.count == 2)
        #expect(policy.throttle?.intervalMicroseconds == 1_500_000 && policy.throttle?.columns == [3, 4])
        #expect(policy.journal.ageMicroseconds == 7_200_000_000 && policy.journal.bytes == nil)
    }

    @Test("may be empty: nobody sees anything") func empty() throws {
        let policy = try policy("{}")
        #expect(!policy.isRealtime && policy.access.rules.isEmpty && policy.journal.bytes == 2_000_000_000)
    }

    @Test(
        "say where they are wrong",
        arguments: [
            ("{\n  realtim: true }", "2:3: unknown setting \"realtim\"; did you mean \"realtime\"?"),
            ("{ realtime: 1 }", "1:13: realtime is true or false"),
            ("{ realtime: true", "1:17:"), ("[]", "1:1: expected an object"),
            ("{ realtime: true, realtime: true }", "1:19: \"realtime\" is set twice"),
            ("{ touch: 'updatedat' }", "1:10: table uploads has no column \"updatedat\"; did you mean \"updated_at\"?"),
            ("{ touch: 'status' }", "1:10: touch needs a column of type timestamptz or timestamp, but status is text"),
            ("{ access: { admn: 'all' } }", "1:13: unknown setting \"admn\"; did you mean \"admin\"?"),
            ("{ access: { admin: 'al' } }", "1:20: \"al\" is no access rule; did you mean \"all\"?"),
            ("{ access: { admin: { selec: 'all' } } }", "1:22: unknown setting \"selec\"; did you mean \"select\"?"),
            ("{ access: { authenticated: 'owner' } }", "1:28: \"owner\" needs access.owner"),
            ("{ access: { service_role: 'none' } }", "1:27: service_role is always \"all\""),
            ("{ lifecycle: { active: ['a'], final: ['b'] } }", "1:14: lifecycle needs column"),
            ("{ lifecycle: { column: 'progress', active: ['a'], final: ['b'] } }", "1:24: column needs a column of type text or varchar"),
            ("{ lifecycle: { column: 'status', active: ['a'], final: ['a'] } }", "1:56: state \"a\" is both active and final"),
            (
                "{ lifecycle: { column: 'status', active: ['a'], final: ['b'], hold: ['a'] } }",
                "1:70: \"a\" is none of the states hold may name"
            ),
            (
                "{ lifecycle: { column: 'status', active: ['a'], final: ['b'], held: { by: ['x'] } } }",
                "1:76: \"x\" is none of the states by may name"
            ),
            ("{ throttle: { interval: '1s' } }", "1:13: throttle needs interval and columns"),
            ("{ throttle: { interval: '1', columns: [] } }", "1:25: interval is a number with a unit"),
            ("{ throttle: { interval: '1s', columns: ['id'] } }", "1:40: column id cannot be throttled"),
            ("{ replica_identity: 'index' }", "1:21: replica_identity is \"full\" or \"key\""),
            ("{ journal: { size: '2 XB' } }", "1:20: size is a number with a unit"),
            ("{ journal: { age: '99999999999999d' } }", "1:19: age is out of range"),
        ])
    func refusals(text: String, expected: String) {
        let error = #expect(throws: ConfigurationError.self) { try policy(text) }
        #expect(error?.description.hasPrefix("tables/uploads.json5:\(expected)") == true, "\(error?.description ?? "")")
    }
}
