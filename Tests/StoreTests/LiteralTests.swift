import JSON
import SQLite
import Testing

@testable import Store

@Suite("Literals") struct LiteralTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let type: ColumnType
        let literal: String
        /// The canonical value's JSON, or the SQLSTATE of the error.
        let expected: String
        var testDescription: String { "\(type.wireName) \(literal)" }
    }

    /// 2026-01-15T12:00:00.25Z.
    private static let now: Int64 = 1_768_478_400_250_000

    private static func cases(_ type: ColumnType, _ table: [(String, String)]) -> [Case] {
        table.map { Case(type: type, literal: $0.0, expected: $0.1) }
    }

    private static let numbers: [Case] =
        cases(.int2, [("0", "0"), ("-32768", "-32768"), ("32767", "32767"), ("32768", "22003"), ("x", "22P02")])
        + cases(
            .int4,
            [
                ("42", "42"), (" 42 ", "42"), ("+7", "7"), ("-7", "-7"), ("007", "7"), ("2147483647", "2147483647"),
                ("2147483648", "22003"),
                ("-2147483649", "22003"), ("1.5", "22P02"), ("", "22P02"), ("-", "22P02"), ("1 2", "22P02"), ("0x10", "22P02"),
                ("1e3", "22P02"), ("99999999999999999999", "22003"),
            ])
        + cases(
            .int8,
            [
                ("9223372036854775807", "9223372036854775807"), ("9223372036854775808", "22003"),
                ("-9223372036854775808", "-9223372036854775808"), ("-9223372036854775809", "22003"),
                ("9007199254740993", "9007199254740993"),
            ])
        + cases(
            .float8,
            [
                ("0.1", "0.1"), ("100", "100"), ("1e20", "1e+20"), ("1e-7", "1e-07"), ("-0", "0"), ("  2.50 ", "2.5"), (".5", "0.5"),
                ("5.", "5"), ("1e400", "22003"), ("1e-400", "22003"), ("0e-400", "0"), ("NaN", "22P02"), ("Infinity", "\"Infinity\""),
                ("-inf", "\"-Infinity\""), ("0x1p3", "22P02"), ("abc", "22P02"), ("", "22P02"), ("1e", "22P02"),
            ])
        + cases(.float4, [("0.1", "0.1"), ("16777217", "16777216"), ("1e39", "22003"), ("3.4028235e38", "3.4028235e+38")])
        + cases(.numeric(isText: false), [("2.50", "2.5"), ("12", "12"), ("x", "22P02")])
        + cases(
            .numeric(isText: true),
            [
                ("2.50", "2.50"), ("12.0", "12.0"), ("1", "1"), ("-0.00", "0.00"), ("+1.5", "1.5"), ("007.10", "7.10"), (".5", "0.5"),
                ("5.", "5"), ("1e2", "100"), ("1.5e-3", "0.0015"), ("1.25e1", "12.5"), ("0e5", "0"),
                ("1e999", "1" + String(repeating: "0", count: 999)),
                ("1e1000000", "22003"), ("1e-1000000", "22003"), ("NaN", "\"NaN\""), ("infinity", "\"Infinity\""),
                ("-inf", "\"-Infinity\""),
                ("", "22P02"), (".", "22P02"), ("1.2.3", "22P02"), ("1e", "22P02"), ("1x", "22P02"),
            ])

    private static let words: [Case] =
        cases(
            .bool,
            ["t", "TRUE", "tr", "y", "yes", "on", "1", " true "].map { ($0, "true") }
                + ["f", "False", "n", "no", "of", "OFF", "0"].map { ($0, "false") }
                + [("o", "22P02"), ("2", "22P02"), ("", "22P02"), ("truee", "22P02")])
        + cases(
            .uuid,
            [
                "9f3c1a2b-0000-4000-8000-00000000abcd", "9F3C1A2B-0000-4000-8000-00000000ABCD", "{9f3c1a2b-0000-4000-8000-00000000abcd}",
                "9f3c1a2b000040008000" + "00000000abcd", "9f3c-1a2b-0000-4000-8000-0000-0000-abcd",
            ].map { ($0, "\"9f3c1a2b-0000-4000-8000-00000000abcd\"") }
                + [
                    ("9f3c1a2b-0000-4000-8000-00000000abc", "22P02"), ("9f3c1a2b-0000-4000-8000-00000000abcdd", "22P02"), ("", "22P02"),
                    ("9f3c1a2b--0000-4000-8000-00000000abcd", "22P02"), ("g f3c1a2b-0000-4000-8000-00000000abcd", "22P02"),
                    ("{9f3c1a2b-0000-4000-8000-00000000abcd", "22P02"), ("-9f3c1a2b00004000800000000000abcd", "22P02"),
                ])
        + cases(.text, [("", "\"\""), (" a\tb", "\" a\\tb\""), ("né \"x\"\\/", "\"né \\\"x\\\"\\\\/\""), ("a\u{0}b", "22P05")])
        + cases(
            .bytea,
            [
                ("\\xdeadBEEF", "\"\\\\xdeadbeef\""), ("\\x", "\"\\\\x\""), ("\\xde ad", "\"\\\\xdead\""), ("\\xdea", "22P02"),
                ("\\xzz", "22P02"),
                ("ab\\000\\\\", "\"\\\\x6162005c\""), ("\\9", "22P02"),
            ])

    private static let times: [Case] =
        cases(
            .timestamptz,
            [
                ("2026-01-15T10:00:00+00:00", "2026-01-15T10:00:00+00:00"), ("2026-01-15 10:00:00Z", "2026-01-15T10:00:00+00:00"),
                ("2026-01-15T10:00", "2026-01-15T10:00:00+00:00"), ("2026-01-15 10", "2026-01-15T10:00:00+00:00"),
                ("2026-01-15", "2026-01-15T00:00:00+00:00"), ("20260115", "2026-01-15T00:00:00+00:00"),
                ("20260115T101112", "2026-01-15T10:11:12+00:00"), ("2026-01-15T10:00:00.5Z", "2026-01-15T10:00:00.5+00:00"),
                ("2026-01-15T10:00:00.120Z", "2026-01-15T10:00:00.12+00:00"),
                ("2026-01-15T10:00:00.1234567Z", "2026-01-15T10:00:00.123457+00:00"),
                ("2026-01-15T10:00:00.9999999Z", "2026-01-15T10:00:01+00:00"), ("2026-01-15T10:00:00+02", "2026-01-15T08:00:00+00:00"),
                ("2026-01-15T10:00:00+02:30", "2026-01-15T07:30:00+00:00"), ("2026-01-15T10:00:00-0530", "2026-01-15T15:30:00+00:00"),
                ("2026-01-15T23:00:00-02", "2026-01-16T01:00:00+00:00"), ("2026-01-15 10:00:00 UTC", "2026-01-15T10:00:00+00:00"),
                ("2024-02-29", "2024-02-29T00:00:00+00:00"), ("2026-12-31T23:59:60Z", "2027-01-01T00:00:00+00:00"),
                ("2026-01-15T24:00:00Z", "2026-01-16T00:00:00+00:00"), ("0001-01-01", "0001-01-01T00:00:00+00:00"),
                ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999+00:00"), ("now", "2026-01-15T12:00:00.25+00:00"),
                ("NOW", "2026-01-15T12:00:00.25+00:00"), ("today", "2026-01-15T00:00:00+00:00"), ("tomorrow", "2026-01-16T00:00:00+00:00"),
                ("epoch", "1970-01-01T00:00:00+00:00"), ("infinity", "infinity"), ("-Infinity", "-infinity"),
            ].map { ($0.0, "\"\($0.1)\"") }
                + [
                    ("2026-02-30", "22008"), ("2026-13-01", "22008"), ("2026-01-15T25:00Z", "22008"), ("2026-01-15T10:61Z", "22008"),
                    ("0000-01-01", "22008"), ("10000-01-01", "22008"), ("0001-01-01T00:00+01", "22008"),
                    ("9999-12-31T23:59:59.9999999Z", "22008"),
                    ("2026-01-15T10:00+99", "22008"), ("yesterdays", "22007"), ("x", "22007"), ("", "22007"), ("2026-01", "22007"),
                    ("2026-01-15T", "22007"), ("2026-01-15T10:00:00 Mars", "22007"), ("1768478400", "22007"),
                    ("2026-01-15T10:00:00+2x", "22007"),
                ])
        + cases(
            .timestamp,
            [("2026-01-15T10:00:00.50+05", "\"2026-01-15T10:00:00.5\""), ("2026-01-15", "\"2026-01-15T00:00:00\""), ("x", "22007")])
        + cases(
            .date,
            [
                ("2026-01-15", "\"2026-01-15\""), ("2026-01-15T23:00:00", "\"2026-01-15\""), ("20260115", "\"2026-01-15\""),
                ("2026-02-29", "22008"),
            ])
        + cases(
            .time,
            [
                ("10:00", "\"10:00:00\""), ("10:00:00.50", "\"10:00:00.5\""), ("24:00:00", "\"24:00:00\""), ("9:05", "\"09:05:00\""),
                ("2026-01-15T10:00:01", "\"10:00:01\""), ("24:00:01", "22008"), ("x", "22007"), ("10:00x", "22007"),
            ])

    private static let documents: [Case] =
        cases(
            .jsonb,
            [
                ("{ \"b\" : 1, \"a\":2 , \"b\":3}", "{\"a\":2,\"b\":3}"), ("{\"bb\":1,\"c\":2}", "{\"c\":2,\"bb\":1}"), ("1e2", "100"),
                ("1.50", "1.50"), ("-0", "0"), ("1.5E-3", "0.0015"), ("[1, 2 ,{\"z\":[],\"y\":{}}]", "[1,2,{\"y\":{},\"z\":[]}]"),
                ("\"\\u00e9\\/\"", "\"é/\""), ("null", "null"), ("true", "true"), ("\"\\u0000\"", "22P05"), ("{\"\\u0000\":1}", "22P05"),
                ("{x}", "22P02"), ("", "22P02"), ("[1,]", "22P02"), ("1e9999", "22003"), (String(repeating: "[", count: 40), "22P02"),
            ])
        + cases(.json, [("{ \"b\" : 1e2, \"b\":3}", "{ \"b\" : 1e2, \"b\":3}"), ("{", "22P02")])
        + cases(
            .array(of: .text),
            [
                ("{a,\"b c\",NULL}", "[\"a\",\"b c\",null]"), ("{}", "[]"), (" { a , b } ", "[\"a\",\"b\"]"),
                ("{\"NULL\",\"\"}", "[\"NULL\",\"\"]"),
                ("{\"a\\\"b\",\\n}", "[\"a\\\"b\",\"n\"]"), ("{a,,b}", "22P02"), ("{a", "22P02"), ("a", "22P02"), ("{{a}}", "22P02"),
                ("{\"a}", "22P02"),
            ])
        + cases(.array(of: .int4), [("{1, 2,NULL}", "[1,2,null]"), ("{1,x}", "22P02"), ("{2147483648}", "22003")])

    @Test("are read by PostgreSQL's rules", arguments: numbers + words + times + documents)
    func parse(_ test: Case) throws {
        var outcome: String
        do throws(TypeError) {
            let value = try test.type.parse(text: Array(test.literal.utf8), now: Self.now)
            #expect(test.type.isCanonical(Row([value]), 0), "what was read is canonical")
            outcome = json(test.type, value)
        } catch {
            outcome = error.code
        }
        #expect(outcome == test.expected)
    }

    @Test("once canonical stay as they are", arguments: numbers + words + times + documents)
    func roundTrip(_ test: Case) throws {
        guard let value = try? test.type.parse(text: Array(test.literal.utf8), now: Self.now) else { return }
        let document = try JSONDocument(parsing: Array(json(test.type, value).utf8))
        let again = try test.type.parse(json: document.root, now: Self.now)
        // JSON's null is NULL, whatever the type.
        #expect(again == value || document.root.isNull)
        #expect(try test.type == .json || test.type.parse(text: Array(text(test.type, value).utf8), now: Self.now) == value)
    }

    @Test(
        "that are none say so in PostgreSQL's words",
        arguments: [
            (ColumnType.uuid, "x", "invalid input syntax for type uuid: \"x\"", nil),
            (.int8, "x", "invalid input syntax for type bigint: \"x\"", nil),
            (.int4, "3000000000", "value \"3000000000\" is out of range for type integer", nil),
            (.timestamptz, "x", "invalid input syntax for type timestamp with time zone: \"x\"", nil),
            (.timestamptz, "2026-02-30", "date/time field value out of range: \"2026-02-30\"", nil),
            (.jsonb, "x y", "invalid input syntax for type jsonb", "Token \"x\" is invalid."),
            (.array(of: .text), "x", "malformed array literal: \"x\"", "Array value must start with \"{\" or dimension information."),
            (.text, "\u{0}", "unsupported Unicode escape sequence", "\\u0000 cannot be converted to text."),
            (.bool, "x", "invalid input syntax for type boolean: \"x\"", nil),
            (.float8, "x", "invalid input syntax for type double precision: \"x\"", nil),
        ] as [(ColumnType, String, String, String?)])
    func messages(_ type: ColumnType, _ literal: String, _ message: String, _ details: String?) {
        let error = #expect(throws: TypeError.self) { try type.parse(text: Array(literal.utf8)) }
        #expect(error?.message == message)
        #expect(error?.details == details)
    }

    @Test(
        "in a payload are read from any JSON",
        arguments: [
            (ColumnType.int4, "42", "42"), (.int4, "\"42\"", "42"), (.int4, "4.5", "22P02"), (.int4, "true", "22P02"),
            (.int4, "null", "null"),
            (.int4, "2147483648", "22003"), (.text, "42", "\"42\""), (.text, "1.50", "\"1.50\""),
            (.text, "{\"a\": 1}", "\"{\\\"a\\\":1}\""),
            (.bool, "true", "true"), (.bool, "\"t\"", "true"), (.bool, "1", "true"), (.jsonb, "\"abc\"", "\"abc\""),
            (.jsonb, "null", "null"),
            (.jsonb, "{\"a\": 1e1}", "{\"a\":10}"), (.array(of: .text), "[\"a\", null, 1]", "[\"a\",null,\"1\"]"),
            (.array(of: .text), "\"{a,b}\"", "[\"a\",\"b\"]"), (.array(of: .int4), "[\"1\",2]", "[1,2]"), (.array(of: .int4), "5", "22P02"),
            (.numeric(isText: true), "2.50", "2.50"), (.numeric(isText: true), "1e2", "100"), (.float8, "1e2", "100"),
            (.timestamptz, "\"2026-01-15 10:00+01\"", "\"2026-01-15T09:00:00+00:00\""), (.timestamptz, "5", "22007"),
            (.bytea, "\"\\\\x00ff\"", "\"\\\\x00ff\""), (.uuid, "5", "22P02"), (.text, "\"a\\u0000\"", "22P05"),
        ] as [(ColumnType, String, String)])
    func payload(_ type: ColumnType, _ payload: String, _ expected: String) throws {
        let document = try JSONDocument(parsing: Array(payload.utf8))
        var outcome: String
        do throws(TypeError) { outcome = json(type, try type.parse(json: document.root)) } catch { outcome = error.code }
        #expect(outcome == expected)
    }

    @Test(
        "are shown as PostgreSQL's text",
        arguments: [
            (ColumnType.bool, "true", "t"), (.timestamptz, "2026-01-15T10:00:00.5Z", "2026-01-15 10:00:00.5+00"),
            (.timestamptz, "infinity", "infinity"), (.timestamp, "2026-01-15T10:00", "2026-01-15 10:00:00"),
            (.jsonb, "{\"k\":[1,2],\"x\":1}", "{\"k\": [1, 2], \"x\": 1}"),
            (.array(of: .text), "{a,\"b c\",NULL,\"\"}", "{a,\"b c\",NULL,\"\"}"),
            (.array(of: .bool), "{t,f}", "{t,f}"), (.bytea, "\\x00FF", "\\x00ff"), (.float8, "1e20", "1e+20"),
            (.numeric(isText: true), "2.50", "2.50"),
        ] as [(ColumnType, String, String)])
    func shown(_ type: ColumnType, _ literal: String, _ expected: String) throws {
        #expect(text(type, try type.parse(text: Array(literal.utf8))) == expected)
    }

    @Test("of bytea lose their prefix in row changes only") func realtime() {
        let row = Row([.blob([0, 255])])
        var output: [UInt8] = []
        ColumnType.bytea.appendRealtimeJSON(row, 0, to: &output)
        #expect(String(decoding: output, as: UTF8.self) == "\"00ff\"")
    }

    @Test("that are not UTF-8 are refused") func encoding() {
        let error = #expect(throws: TypeError.self) { try ColumnType.text.parse(text: [0x61, 0xff]) }
        #expect(error?.code == "22021")
    }

    @Test(
        "that are not canonical are noticed",
        arguments: [
            (ColumnType.int4, Value.integer(1 << 31)), (.bool, .integer(2)), (.int4, .text("1")), (.text, .integer(1)),
            (.text, .blob([97])),
            (.text, .text([0xff])), (.text, .text([97, 0])), (.uuid, .text("9F3C1A2B-0000-4000-8000-00000000ABCD")),
            (.timestamptz, .text("2026-01-15T10:00:00Z")), (.timestamptz, .text("2026-01-15T10:00:00.50+00:00")),
            (.timestamptz, .text("2026-02-30T10:00:00+00:00")), (.timestamptz, .text("2026-01-15T10:00:00+01:00")),
            (.timestamptz, .text("")),
            (.timestamptz, .text("-")), (.timestamptz, .text("2026-01-15T10:00:00.1234567+00:00")),
            (.timestamptz, .text("0000-01-15T10:00:00+00:00")),
            (.date, .text("2026-1-15")), (.time, .text("24:00:01")), (.numeric(isText: true), .text("01")),
            (.numeric(isText: true), .text("-0")),
            (.numeric(isText: true), .text("1.")), (.numeric(isText: true), .text("1e2")), (.numeric(isText: true), .text("")),
            (.jsonb, .text("{\"a\": 1}")), (.jsonb, .text("{")), (.jsonb, .text("{\"bb\":1,\"a\":1}")), (.json, .text("{")),
            (.array(of: .text), .text("[1]")), (.array(of: .int4), .text("[1, 2]")), (.array(of: .text), .text("{}")), (.bytea, .text("a")),
            (.float4, .real(0.1)), (.float8, .text("1")),
        ] as [(ColumnType, Value)])
    func notCanonical(_ type: ColumnType, _ value: Value) {
        #expect(!type.isCanonical(Row([value]), 0))
    }

    @Test("of time sort as text in the order of time") func order() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let base = Int64.random(in: Timestamp.range, using: &generator)
            let other =
                Bool.random()
                ? Int64.random(in: Timestamp.range, using: &generator)
                : min(base + Int64.random(in: 0...2_000_000), Timestamp.range.upperBound)
            let (left, right) = (Timestamp.text(base), Timestamp.text(other))
            #expect((base < other) == left.lexicographicallyPrecedes(right))
            #expect(Timestamp.microseconds(left) == base)
        }
    }
}
