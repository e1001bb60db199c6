import SQLite
import Store
import Testing

@testable import Realtime

@Suite("Filters")
struct FilterTests {
    private static let table = Tables.make(
        id: 1, name: "things",
        [
            ("id", .int4), ("name", .text), ("done", .bool), ("size", .int8), ("owner", .uuid), ("rate", .float8), ("at", .timestamptz),
            ("tag", .varchar),
        ], nil)

    /// id 7, name `O'Brien "x", (y)`, not done, size null.
    private static let row = Row([
        .integer(7), .text(#"O'Brien "x", (y)"#), .integer(0), .null, .text("00000000-0000-4000-8000-000000000001"), .real(0.5),
        .text("2026-01-15T10:00:00+00:00"), .text("a\\b"),
    ])

    private func filter(_ text: String) throws(FilterError) -> Filter {
        try Filter(try FilterTerm.terms(of: Array(text.utf8), limit: 20), table: Self.table, limits: .init())
    }

    @Test(
        "conditions that the row meets",
        arguments: [
            "", "   ", "id=eq.7", "id=eq.+7", " id=eq.7 ", "id=neq.8", "id=lt.8", "id=lte.7", "id=gt.6", "id=gte.7", "id=not.eq.8",
            "id=not.gt.7",
            "id=in.(7)", "id=in.(1,7)", "id=in.( 1 , 7 )", #"id=in.("7")"#, "id=in.(7,NULL)", "id=in.(null,7)", "id=not.in.(1,2)",
            "id=not.in.()",
            "id=gt.1,id=lt.9", "id=gt.1 , id=lt.9", #"name=eq."O'Brien \"x\", (y)""#,
            #"name=in.("O'Brien \"x\", (y)")"#, #"name=in.(a,"O'Brien \"x\", (y)",b)"#, "name=like.O'Brien%", "name=like.%Brien%",
            "name=ilike.o'brien%",
            "name=not.like.%z", "name=neq.eq.7", "name=neq.a=b", "name=isdistinct.x", "done=is.false", "done=not.is.true",
            "done=not.is.null",
            "done=eq.false", "done=eq.f", "done=neq.true", "done=not.is.unknown", "size=is.null", "size=isdistinct.5",
            "owner=eq.00000000-0000-4000-8000-000000000001", "owner=eq.00000000000040008000000000000001", "rate=eq.0.5", "rate=lt.1",
            "rate=in.(0.5,2)",
            "at=gt.2026-01-01", "at=eq.2026-01-15T11:00:00+01:00", #"tag=eq.a\b"#, #"tag=eq."a\\b""#, "id=in.(7),name=like.O%",
            "name=neq.)",
            #"name=neq."unterminated"#, #"name=neq."quoted"rest"#,
        ])
    func meets(_ text: String) throws {
        #expect(try filter(text).predicate.matches(Self.row, in: Self.table) == true)
    }

    @Test(
        "conditions that the row does not meet",
        arguments: [
            "id=eq.8", "id=neq.7", "id=not.eq.7", "id=lt.7", "id=gt.7", "id=in.(1,2)", "id=in.()", "id=in.(NULL)", "id=not.in.(1,NULL)",
            "id=not.in.(7)",
            "id=gt.1,id=lt.5", "name=eq.x", "name=like.o'brien%", "name=not.ilike.O'BRIEN%", "done=is.true", "done=is.unknown",
            "done=is.null", "size=eq.5",
            "size=neq.5", "size=not.eq.5", "size=in.(5)", "size=not.in.(5)", "size=not.is.null", "size=gt.0", "rate=gt.0.5",
            "name=eq.\"O'Brien\"",
        ])
    func misses(_ text: String) throws {
        #expect(try filter(text).predicate.matches(Self.row, in: Self.table) != true)
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let text: String
        let detail: String
        init(_ text: String, _ detail: String) { (self.text, self.detail) = (text, detail) }
        var testDescription: String { text }
    }

    @Test(
        "filters that do not parse",
        arguments: [
            Refused("wrong", #"["wrong"]"#), Refused("undefined", #"["undefined"]"#), Refused("id=eq", #"["eq"]"#),
            Refused("id=", #"[""]"#),
            Refused("id=not.eq", #"["eq"]"#), Refused("id=not", #"["not"]"#), Refused("subject=foo.hey", #"["foo", "hey"]"#),
            Refused("subject=not.foo.hey", #"["foo", "hey"]"#), Refused("subject=EQ.hey", #"["EQ", "hey"]"#),
            Refused("id= eq.1", #"[" eq", "1"]"#),
            Refused(#"a="b".c"#, #"["\"b\"", "c"]"#), Refused(#"a\b"#, #"["a\\b"]"#), Refused("a#{b}", ##"["a\#{b}"]"##),
            Refused("id=in.1,2", "`in` filter value must be wrapped by parentheses"),
            Refused("id=in.(1", "`in` filter value must be wrapped by parentheses"),
            Refused("id=in.", "`in` filter value must be wrapped by parentheses"),
            Refused("id=in.(", "`in` filter value must be wrapped by parentheses"),
            Refused("id=gt.0,", "filter must not contain empty segments (check for extra commas)"),
            Refused(",x=eq.1", "filter must not contain empty segments (check for extra commas)"),
            Refused("a=eq.1,,b=eq.2", "filter must not contain empty segments (check for extra commas)"),
            Refused(",", "filter must not contain empty segments (check for extra commas)"),
            Refused("name=match.^a", "operator match is not supported"), Refused("name=imatch.^a", "operator imatch is not supported"),
            Refused("name=not.match.^a", "operator match is not supported"), Refused("id=eq.1,wrong", #"["wrong"]"#),
            Refused(Array(repeating: "id=eq.1", count: 21).joined(separator: ","), "filter must not contain more than 20 conditions"),
        ])
    func syntax(_ refused: Refused) {
        #expect(throws: FilterError.syntax(refused.detail)) { try filter(refused.text) }
    }

    @Test(
        "filters that the table does not have",
        arguments: [
            Refused("subject=eq.hey", "ERROR P0001 (raise_exception) invalid column for filter subject"),
            Refused("=eq.1", "ERROR P0001 (raise_exception) invalid column for filter "),
            Refused("ID=eq.1", "ERROR P0001 (raise_exception) invalid column for filter ID"),
            Refused("id=eq.hey", #"ERROR 22P02 (invalid_text_representation) invalid input syntax for type integer: "hey""#),
            Refused("id=isdistinct.hey", #"ERROR 22P02 (invalid_text_representation) invalid input syntax for type integer: "hey""#),
            Refused("id=in.(1,hey)", #"ERROR 22P02 (invalid_text_representation) invalid input syntax for type integer: "hey""#),
            Refused("id=in.(1,,2)", #"ERROR 22P02 (invalid_text_representation) malformed array literal: "{1,,2}""#),
            Refused("id=in.(1,2,)", #"ERROR 22P02 (invalid_text_representation) malformed array literal: "{1,2,}""#),
            Refused(#"id=in.("1)"#, #"ERROR 22P02 (invalid_text_representation) malformed array literal: "{"1}""#),
            Refused(#"id=in.("1"2)"#, #"ERROR 22P02 (invalid_text_representation) malformed array literal: "{"1"2}""#),
            Refused("id=eq.3000000000", #"ERROR 22003 (numeric_value_out_of_range) value "3000000000" is out of range for type integer"#),
            Refused("at=gt.x", #"ERROR 22007 (invalid_datetime_format) invalid input syntax for type timestamp with time zone: "x""#),
            Refused(
                "at=gt.2026-02-30", #"ERROR 22008 (datetime_field_overflow) date/time field value out of range: "2026-02-30""#),
            Refused("owner=eq.x", #"ERROR 22P02 (invalid_text_representation) invalid input syntax for type uuid: "x""#),
            Refused("done=eq.maybe", #"ERROR 22P02 (invalid_text_representation) invalid input syntax for type boolean: "maybe""#),
            Refused("id=is.NULL", "ERROR P0001 (raise_exception) invalid value for is filter: must be null, true, false, or unknown"),
            Refused("id=is.5", "ERROR P0001 (raise_exception) invalid value for is filter: must be null, true, false, or unknown"),
            Refused("id=is.true", "ERROR P0001 (raise_exception) is true filter requires a boolean column, got integer"),
            Refused("id=not.is.unknown", "ERROR P0001 (raise_exception) is unknown filter requires a boolean column, got integer"),
            Refused("id=like.1%", "ERROR P0001 (raise_exception) operator like requires a text-compatible column type, got integer"),
            Refused("owner=ilike.1%", "ERROR P0001 (raise_exception) operator ilike requires a text-compatible column type, got uuid"),
            Refused(
                "id=in.(" + (0...100).map(String.init).joined(separator: ",") + ")",
                "ERROR P0001 (raise_exception) too many values for `in` filter. Maximum 100"),
        ])
    func exceptions(_ refused: Refused) {
        let error = #expect(throws: FilterError.self) { try filter(refused.text) }
        #expect(error?.exception == refused.detail)
    }

    @Test("a filter of exactly the key names its row") func key() throws {
        #expect(try filter("id=eq.7").key(in: Self.table)?.values == Row([.integer(7)]))
        #expect(try filter("id=eq.7,name=eq.a").key(in: Self.table) == nil)
        #expect(try filter("id=neq.7").key(in: Self.table) == nil)
        #expect(try filter("name=eq.a").key(in: Self.table) == nil)
    }
}
