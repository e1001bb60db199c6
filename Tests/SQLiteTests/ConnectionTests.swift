import Testing

@testable import SQLite

@Suite("Connection") struct ConnectionTests {
    private let connection: Connection

    init() throws { connection = try Connection(path: ":memory:", mode: .readWrite) }

    @Test("says where it stumbled") func offsets() throws {
        let error = #expect(throws: SQLiteError.self) { try connection.prepare("SELECT missing") }
        #expect(error?.offset == 7)
        #expect(error?.operation == "SELECT missing")
    }

    @Test("prepares one statement and nothing behind it") func oneStatement() throws {
        #expect(throws: SQLiteError.self) { try connection.prepare("SELECT 1; SELECT 2") }
        #expect(throws: SQLiteError.self) { try connection.prepare("") }
        #expect(throws: SQLiteError.self) { try connection.prepare("SELECT '\u{0}'") }
        #expect(try connection.prepare("SELECT 1;  ").isReadOnly)
    }

    @Test("captures changes with both images, also those of triggers") func captures() throws {
        try connection.execute(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b REAL); CREATE TABLE log (n INTEGER PRIMARY KEY);
            CREATE TRIGGER tr AFTER DELETE ON t BEGIN INSERT INTO log VALUES (old.id); END;
            """)
        connection.captureChanges(of: ["t": 1, "log": 2])
        try connection.execute("INSERT INTO t VALUES (1, 'x', 2); UPDATE t SET a = 'y'")
        let mark = connection.capturedCount
        try connection.execute("DELETE FROM t")
        #expect(connection.capturedCount == 4)
        connection.cutCaptured(to: mark)
        let changes = connection.takeCaptured()
        #expect(changes.map(\.kind) == [.insert, .update])
        #expect(changes.last?.old?.values == [.integer(1), .text("x"), .real(2)])
        #expect(changes.last?.new?.value(at: 1) == .text("y"))
        #expect(connection.capturedCount == 0)
        try connection.execute("INSERT INTO t VALUES (2, 'x', 2); DELETE FROM t")
        #expect(connection.takeCaptured().map { [$0.table, $0.depth] } == [[1, 0], [1, 0], [2, 1]])
    }

    @Test(
        "gives the values that it was bound",
        arguments: [.null, .integer(.min), .real(-1.5), .text(""), .text("é"), .blob([]), .blob([0, 1])] as [Value])
    func bindings(value: Value) throws {
        let statement = try connection.prepare("SELECT ?")
        try statement.bind(value, at: 1)
        try #require(try statement.step())
        #expect(statement.value(0) == value)
        #expect(statement.row().values == [value])
        statement.reset()
        try statement.bind(Row([value]), 0, at: 1)
        try #require(try statement.step())
        #expect(statement.value(0) == value)
    }

    @Test("tells the collation of a column") func collations() throws {
        try connection.execute("CREATE TABLE t (a TEXT, b TEXT COLLATE NOCASE)")
        #expect(connection.collation(of: "a", in: "t") == "BINARY")
        #expect(connection.collation(of: "b", in: "t") == "NOCASE")
        #expect(connection.collation(of: "c", in: "t") == nil)
    }

    @Test("asks the authorizer and ends what runs too long") func hooks() throws {
        connection.setAuthorizer { $0.action != .function }
        #expect(throws: SQLiteError.self) { try connection.prepare("SELECT abs(1)") }
        connection.setAuthorizer(nil)
        var steps = 0
        connection.setProgressHandler(every: 100) {
            steps += 1
            return steps < 3
        }
        let error = #expect(throws: SQLiteError.self) {
            try connection.execute("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c")
        }
        #expect(error?.code == .interrupt)
        connection.setProgressHandler(nil)
    }

    @Test("turns errors of functions into values") func functions() throws {
        try connection.register(function: "no", arguments: 1, isDeterministic: true) { arguments throws(RaisedError) in
            throw RaisedError(code: "P0001", message: "no \(arguments.count)")
        }
        let error = #expect(throws: SQLiteError.self) { try connection.execute("SELECT no(1)") }
        #expect(error?.raised == RaisedError(code: "P0001", message: "no 1"))
        let next = #expect(throws: SQLiteError.self) { try connection.execute("SELECT missing") }
        #expect(next?.raised == nil)
    }
}
