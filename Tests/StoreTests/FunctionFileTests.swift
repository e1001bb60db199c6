import Access
import SQLite
import Testing

@testable import Store

@Suite("Function files") struct FunctionFileTests {
    private static let migration = """
        CREATE TABLE uploads (id uuid text NOT NULL PRIMARY KEY, user_id uuid text, status text, n integer);
        CREATE TABLE pairs (a integer NOT NULL, b integer NOT NULL, PRIMARY KEY (a, b));
        """
    private static let tables = [
        "uploads": "{ access: { owner: 'user_id' }, lifecycle: { column: 'status', active: ['a'], final: ['b'], hold: ['b'] } }"
    ]

    private func read(_ text: String) throws -> Function {
        let schema = try TemporaryStore().load(migration: Self.migration, tables: Self.tables, functions: ["f": text])
        return try #require(schema.functions["f"])
    }

    @Test("have a signature, headers and a description") func reads() throws {
        let function = try read(
            """

            -- f(upload_id uuid, reason text = null, n integer = -5, list text[] = '{a,b}', on boolean = true,
            --   x double precision = 1.5) returns setof uploads
            -- Does a thing.
            -- Note: twice.
            -- roles: operator, owner of uploads(upload_id)
            -- audit: thing
            -- leaves: uploads
            UPDATE uploads SET status = :reason WHERE id = :upload_id; -- not a header: roles: anon
            SELECT id, user_id, status, n FROM uploads WHERE n > :n AND :list <> '' AND :on AND :x > 0;
            """)
        #expect(function.parameters.map(\.name) == ["upload_id", "reason", "n", "list", "on", "x"])
        #expect(function.parameters.map(\.type) == [.uuid, .text, .int4, .array(of: .text), .bool, .float8])
        #expect(
            function.parameters.map(\.defaultValue) == [nil, .null, .integer(-5), .text("[\"a\",\"b\"]"), .integer(1), .real(1.5)])
        #expect(function.result == .setOfRows(table: "uploads"))
        #expect(function.statements.count == 2 && !function.isReadOnly)
        #expect(function.roles == [.role(.operator), .owner(table: "uploads", parameter: "upload_id")])
        #expect(function.audit == "thing" && function.leaves == ["uploads"] && function.schedule == nil)
        #expect(function.description == "Does a thing.\nNote: twice.")
        #expect(function.isGranted(to: .operator) && !function.isGranted(to: .admin) && function.isGranted(to: .serviceRole))
    }

    @Test(
        "have any of PostgreSQL's results",
        arguments: [
            ("-- f() returns void\nDELETE FROM uploads", .void), ("-- f() returns integer\nSELECT 1", .scalar(.int4)),
            ("-- f() returns setof uuid\nSELECT id FROM uploads", .setOfScalar(.uuid)),
            ("-- f() returns uploads\nSELECT * FROM uploads", .row(table: "uploads")),
            (
                "-- f() returns table(a integer, b text[])\nSELECT 1 AS a, '[]' AS b",
                .table([.init(name: "a", type: .int4), .init(name: "b", type: .array(of: .text))])
            ), ("-- f() returns numeric\nSELECT '1' COLLATE numeric", .scalar(.numeric(isText: true))),
        ] as [(String, FunctionResultType)])
    func results(text: String, expected: FunctionResultType) throws { #expect(try read(text).result == expected) }

    @Test("that only read are run by readers") func readOnly() throws {
        #expect(try read("-- f() returns integer\nSELECT count(*) FROM uploads").isReadOnly)
        #expect(try read("-- f() returns integer\nSELECT raise_error('P0001', 'no') FROM json_each('[1]')").isReadOnly)
    }

    @Test(
        "may cut an order that has no ties",
        arguments: [
            "DELETE FROM uploads ORDER BY n, id LIMIT 5",
            "DELETE FROM uploads WHERE id IN (SELECT u.id FROM uploads AS u ORDER BY u.n DESC, u.id DESC LIMIT 5)",
            "DELETE FROM pairs ORDER BY b, a LIMIT 1",
        ])
    func limits(statement: String) throws { _ = try read("-- f() returns void\n\(statement)") }

    @Test(
        "say where they are wrong",
        arguments: [
            ("SELECT 1", "1:1: expected a comment with the signature"), ("-- f() returns void\n", "1:1: the function has no statement"),
            ("-- g() returns void\nSELECT 1", "1:1: function g must stand in functions/g.sql"),
            ("-- f(a) returns void\nSELECT 1", "1:7: expected a type"),
            ("-- f(a thing) returns void\nSELECT :a", "1:8: there is no type \"thing\""),
            ("-- f() return void\nSELECT 1", "1:8: expected \"returns\""),
            ("-- f() returns nothing\nSELECT 1", "1:16: there is no type \"nothing\""),
            ("-- f() returns void void\nSELECT 1", "1:21: nothing may follow"),
            ("-- f(a integer = x) returns void\nSELECT :a", "1:18: default value: invalid input syntax for type integer: \"x\""),
            ("-- f(a integer, a integer) returns void\nSELECT :a", "1:17: parameter \"a\" stands twice"),
            ("-- f(a integer) returns void\nSELECT 1", "1:1: parameter \"a\" is used by no statement"),
            ("-- f(reason text) returns void\nSELECT :raeson", "2:8: :raeson is no parameter of the signature; did you mean \"reason\"?"),
            ("-- f() returns void\nSELECT ?", "2:8: ? is no parameter"),
            ("-- f() returns void\n-- role: admin\nSELECT 1", "2:4: unknown header \"role\"; did you mean \"roles\"?"),
            ("-- f() returns void\n-- roles: admn\nSELECT 1", "2:4: there is no role \"admn\"; did you mean \"admin\"?"),
            (
                "-- f(x uuid) returns void\n-- roles: owner of upload(x)\nSELECT :x",
                "2:4: there is no table \"upload\"; did you mean \"uploads\"?"
            ),
            ("-- f(x uuid) returns void\n-- roles: owner of uploads(y)\nSELECT :x", "2:4: there is no parameter \"y\""),
            ("-- f(x text) returns void\n-- roles: owner of uploads(x)\nSELECT :x", "2:4: parameter x is no key of uploads"),
            ("-- f(x text) returns void\n-- roles: owner of pairs(x)\nSELECT :x", "2:4: table pairs needs access.owner"),
            ("-- f() returns void\n-- roles: a b\nSELECT 1", "2:4: a role is one word"),
            ("-- f() returns void\n-- audit: a b\nSELECT 1", "2:4: audit names one command"),
            ("-- f() returns void\n-- schedule: 0 2 *\nSELECT 1", "2:4: \"0 2 *\" is no schedule"),
            ("-- f(a integer) returns void\n-- schedule: 0 2 * * *\nSELECT :a", "1:4: a scheduled function needs a default"),
            ("-- f() returns void\n-- leaves: pairs\nSELECT 1", "2:4: leaves names tables whose lifecycle holds states"),
            ("-- f() returns void\nSELECT missing FROM uploads", "2:8: no such column: missing"),
            ("-- f() returns void\nSELECT 1; SELEC 2", "2:11: near \"SELEC\""),
            ("-- f() returns void\nSELECT * FROM sluice_journal", "2:1: table sluice_journal is not public"),
            ("-- f() returns void\nSELECT * FROM sqlite_schema", "2:1: table sqlite_master is not public"),
            ("-- f() returns void\nSELECT * FROM pragma_table_info('t')", "2:1:"), ("-- f() returns void\nDROP TABLE uploads", "2:1:"),
            ("-- f() returns void\nCREATE TABLE x (a)", "2:1:"),
            ("-- f() returns void\nPRAGMA user_version", "2:1: PRAGMA is not allowed here"),
            ("-- f() returns void\nCOMMIT", "2:1: COMMIT is not allowed here"),
            ("-- f() returns void\nATTACH 'x' AS y", "2:1: ATTACH is not allowed here"),
            ("-- f() returns integer\nSELECT random()", "2:8: random is not allowed"),
            ("-- f() returns text\nSELECT CURRENT_TIME", "2:8: current_time is not allowed"),
            ("-- f() returns text\nSELECT datetime('now')", "2:8: datetime of 'now' is not allowed: use now()"),
            ("-- f() returns integer\nSELECT changes()", "2:8: changes() needs a statement that writes"),
            ("-- f() returns integer\nDELETE FROM uploads", "2:1: the last statement gives no rows"),
            ("-- f() returns integer\nSELECT 1 AS a, 2 AS b", "2:1: the last statement gives a, b where the signature has a"),
            ("-- f() returns uploads\nSELECT id FROM uploads", "2:1: the last statement gives id where"),
            ("-- f() returns void\nDELETE FROM uploads LIMIT 5", "2:21: LIMIT in a write needs"),
            ("-- f() returns void\nDELETE FROM uploads ORDER BY n LIMIT 5", "2:32: LIMIT in a write needs"),
            ("-- f() returns void\nDELETE FROM pairs ORDER BY a LIMIT 5", "2:30: LIMIT in a write needs"),
            ("-- f() returns void\nDELETE FROM uploads WHERE id IN (SELECT id FROM uploads LIMIT 5)", "2:57: LIMIT in a write needs"),
            ("-- f() returns void\nDELETE FROM uploads ORDER BY id || '' LIMIT 5", "2:39: LIMIT in a write needs"),
        ])
    func refusals(text: String, expected: String) {
        let error = #expect(throws: ConfigurationError.self) { try read(text) }
        #expect(error?.description.hasPrefix("functions/f.sql:\(expected)") == true, "\(error?.description ?? "")")
    }
}
