import JSON
import SQLite
import Testing

@testable import Store

@Suite("Any bytes") struct LiteralFuzzTests {
    private static let types: [ColumnType] = [
        .text, .uuid, .bool, .int2, .int4, .int8, .float4, .float8, .numeric(isText: true), .numeric(isText: false), .json, .jsonb,
        .timestamptz,
        .timestamp, .date, .time, .bytea, .array(of: .text), .array(of: .int4), .array(of: .timestamptz), .array(of: .jsonb),
        .array(of: .numeric(isText: true)),
    ]
    private static let seeds = [
        "2026-01-15T10:00:00.123456+02:30", "9f3c1a2b-0000-4000-8000-00000000abcd", "-1234567890.5e-12", "{a,\"b c\",NULL,\\x}",
        "[1,null,\"a\"]",
        "{\"a\":[1e5,{\"b\":null}],\"c\":\"\\u00e9\"}", "\\xdeadbeef", "infinity", "99999999999999999999", "20260115T101112Z", "",
    ]

    @Test("are read as a canonical value or refused, whatever the type", arguments: types) func parse(type: ColumnType) throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<3000 {
            var bytes = Array((Self.seeds.randomElement(using: &random) ?? "").utf8)
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let place = Int.random(in: 0...bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                case 1 where place < bytes.count: bytes.remove(at: place)
                default: bytes.insert(contentsOf: bytes.prefix(Int.random(in: 0...8, using: &random)), at: place)
                }
            }
            guard let value = try? type.parse(text: bytes, now: 0) else { continue }
            let row = Row([value])
            #expect(type.isCanonical(row, 0), "\(type.wireName) of \(bytes)")
            var output: [UInt8] = []
            type.appendJSON(row, 0, to: &output)
            #expect((try? JSONDocument(parsing: output)) != nil, "\(type.wireName) of \(bytes)")
            type.appendText(row, 0, to: &output)
        }
    }

    @Test("stored under any type are shown without a trap", arguments: types) func show(type: ColumnType) {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            for value in [Value.text(bytes), .blob(bytes), .integer(.random(in: .min ... .max, using: &random)), .real(.nan), .null] {
                let row = Row([value])
                _ = type.isCanonical(row, 0)
                var output: [UInt8] = []
                type.appendJSON(row, 0, to: &output)
                type.appendRealtimeJSON(row, 0, to: &output)
                type.appendText(row, 0, to: &output)
            }
        }
    }

    @Test("in SQL, cron and configuration files are refused or read") func files() {
        var random = SystemRandomNumberGenerator()
        let scripts = [
            "CREATE TRIGGER a AFTER UPDATE ON t BEGIN SELECT 'x'';'; END; SELECT date( 'now' ) -- \n /* */",
            "-- f(a integer = 1) returns table(b text)\nSELECT :a",
            "CREATE TABLE t (a integer PRIMARY KEY CHECK (a > 0), CONSTRAINT x UNIQUE (a), FOREIGN KEY (a) REFERENCES t)",
            "*/5 0-3 1,2 jan mon",
        ]
        for _ in 0..<4000 {
            var bytes = Array((scripts.randomElement(using: &random) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: bytes.indices, using: &random)
                if Bool.random(using: &random) { bytes.remove(at: place) } else { bytes[place] = UInt8.random(in: 0...255, using: &random) }
            }
            let file = ConfigurationFile(name: "functions/f.sql", bytes: bytes)
            let script = SQLScript(file)
            try? script.refuseForbiddenWords()
            for part in script.parts { try? OrderedLimit(part, tables: []).check(in: file) }
            _ = try? FunctionHeader(file, tables: [])
            _ = TableDefinition(table: "t", columns: ["a"], sql: String(decoding: bytes, as: UTF8.self))
            _ = Schedule(String(decoding: bytes, as: UTF8.self))?.next(after: 0)
            _ = Interval(bytes)
        }
    }
}
