import SQLite
import Testing

@testable import Store

@Suite("Predicate") struct PredicateTests {
    private static let types: [ColumnType] = [
        .int4, .text, .bool, .float8, .numeric(isText: true), .timestamptz, .uuid, .bytea, .numeric(isText: false),
    ]
    private static let declarations = [
        "integer", "text", "boolean integer", "float8 real", "numeric text COLLATE numeric", "timestamptz text", "uuid text", "bytea blob",
        "numeric real",
    ]

    private static let table = Table(
        id: 1, name: "the \"table\"",
        columns: types.enumerated().map { Column(index: $0, name: "c\($0)", type: $1, isNotNull: false, defaultSQL: nil) }, primaryKey: [0],
        policy: nil)

    /// Few values, so that comparisons often meet equal ones.
    private static let pool: [[String]] = [
        ["-1", "0", "1", "2", "2147483647"], ["", "a", "B", "ab", "É", "é%", "a_", "日本"], ["t", "f"],
        ["-1.5", "0", "1", "2.25", "1e300", "Infinity"],
        ["1", "1.0", "1.00", "-2.5", "10", "9.99", "NaN", "Infinity", "-Infinity", "0.001"],
        ["2026-01-15T10:00:00Z", "2026-01-15T10:00:00.5Z", "infinity", "-infinity", "0001-01-01"],
        ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"], ["\\x", "\\x00", "\\x0001", "\\xff"],
        ["0", "1", "1.5", "-3"],
    ]
    private static let patterns = ["%", "a%", "%b", "_", "\\%", "É%", "%é%", "a\\_", "", "日_"]

    private struct Generator {
        var random = SystemRandomNumberGenerator()

        mutating func value(_ column: Int, nullable: Bool = true) throws -> Value {
            if nullable, Int.random(in: 0..<6, using: &random) == 0 { return .null }
            let literal = PredicateTests.pool[column].randomElement(using: &random) ?? ""
            return try PredicateTests.types[column].parse(text: Array(literal.utf8))
        }

        mutating func row() throws -> Row {
            var values: [Value] = []
            for column in PredicateTests.types.indices { values.append(try value(column)) }
            return Row(values)
        }

        mutating func predicate(depth: Int) throws -> Predicate {
            let column = Int.random(in: PredicateTests.types.indices, using: &random)
            switch Int.random(in: 0..<(depth > 0 ? 12 : 8), using: &random) {
            case 0: return Bool.random(using: &random) ? .always : .never
            case 1, 2:
                let comparisons: [Predicate.Comparison] = [.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual]
                return .compare(column: column, comparisons.randomElement(using: &random) ?? .equal, try value(column))
            case 3:
                let pattern = PredicateTests.patterns.randomElement(using: &random) ?? ""
                return .like(column: 1, pattern: Array(pattern.utf8), ignoringCase: Bool.random(using: &random))
            case 4:
                var values: [Value] = []
                for _ in 0..<Int.random(in: 0...4, using: &random) { values.append(try value(column)) }
                return .isIn(column: column, values)
            case 5: return .isNull(column: column)
            case 6: return .isBool(column: 2, Bool.random(using: &random))
            case 7: return .isDistinct(column: column, from: try value(column))
            case 8: return .not(try predicate(depth: depth - 1))
            default:
                var parts: [Predicate] = []
                for _ in 0..<Int.random(in: 0...4, using: &random) { parts.append(try predicate(depth: depth - 1)) }
                return Bool.random(using: &random) ? .and(parts) : .or(parts)
            }
        }
    }

    @Test("answers in memory what SQLite answers", .timeLimit(.minutes(2))) func differential() throws {
        let store = try TemporaryStore()
        let columns = zip(Self.declarations.indices, Self.declarations).map { "c\($0) \($1)" }.joined(separator: ", ")
        let name = SQLText.quoted(Self.table.name)
        try store.connection.execute("CREATE TABLE \(name) (id INTEGER PRIMARY KEY, \(columns)); BEGIN")
        var generator = Generator()
        var rows: [Row] = []
        let marks = Self.types.map { _ in "?" }.joined(separator: ", ")
        let insert = try store.connection.prepare("INSERT INTO \(name) VALUES (?, \(marks))")
        for id in 0..<60 {
            let row = try generator.row()
            rows.append(row)
            try insert.bind(Int64(id), at: 1)
            for column in 0..<row.count { try insert.bind(row, column, at: column + 2) }
            try insert.run()
        }
        var cases = 0
        for _ in 0..<500 {
            let predicate = try generator.predicate(depth: 3)
            var sql = SQLText("SELECT ")
            predicate.appendSQL(to: &sql, table: Self.table)
            sql.append(" FROM \(name) ORDER BY id")
            let statement = try store.connection.prepare(sql.text)
            try sql.bindValues(to: statement)
            let simple = predicate.simplified()
            for row in rows {
                try #require(try statement.step())
                let stored: Bool? = statement.isNull(0) ? nil : statement.integer(0) != 0
                #expect(predicate.matches(row, in: Self.table) == stored, "\(sql.text) of \(row.values)")
                #expect(simple.matches(row, in: Self.table) == stored, "simplified \(sql.text)")
                cases += 1
            }
        }
        #expect(cases == 30_000)
    }

    @Test("sees integers that a captured image has in a REAL column") func capturedReals() {
        let row = Row([.null, .null, .null, .integer(2)])
        #expect(Predicate.compare(column: 3, .equal, .real(2)).matches(row, in: Self.table) == true)
        #expect(Predicate.compare(column: 3, .less, .real(2.5)).matches(row, in: Self.table) == true)
    }

    @Test("is a key when it is exactly that") func keys() {
        let table = Table(
            id: 1, name: "t",
            columns: ["a", "b", "c"].enumerated().map { Column(index: $0, name: $1, type: .int4, isNotNull: true, defaultSQL: nil) },
            primaryKey: [1, 0], policy: nil)
        let a = Predicate.compare(column: 0, .equal, .integer(1))
        let b = Predicate.compare(column: 1, .equal, .integer(2))
        let key = RowKey(Row([.integer(2), .integer(1)]))
        #expect(Predicate.and([a, b]).key(in: table) == key)
        #expect(Predicate.and([b, a]).key(in: table) == key)
        #expect(Predicate.isKey(key, in: table).key(in: table) == key)
        #expect(a.key(in: table) == nil)
        #expect(Predicate.and([a, a]).key(in: table) == nil)
        #expect(Predicate.and([a, b, .always]).key(in: table) == nil)
        #expect(Predicate.and([a, b, .always]).simplified().key(in: table) == key)
        #expect(Predicate.and([a, .compare(column: 1, .equal, .null)]).key(in: table) == nil)
        #expect(Predicate.or([a, b]).key(in: table) == nil)
    }

    @Test("of many conditions stays within SQLite's depth of expressions") func depth() throws {
        let store = try TemporaryStore()
        store.connection.applyWriterLimits()
        try store.connection.execute("CREATE TABLE t (c0 integer)")
        let table = Table(
            id: 1, name: "t", columns: [Column(index: 0, name: "c0", type: .int4, isNotNull: false, defaultSQL: nil)], primaryKey: [0],
            policy: nil)
        var sql = SQLText("SELECT * FROM t WHERE ")
        Predicate.or((0..<500).map { .compare(column: 0, .equal, .integer($0)) }).appendSQL(to: &sql, table: table)
        _ = try store.connection.prepare(sql.text)
    }
}
