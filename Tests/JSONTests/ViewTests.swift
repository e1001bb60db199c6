import JSON
import Testing

@Suite("JSON views") struct ViewTests {
    func root(_ text: String) throws -> JSONView { try JSONDocument(parsing: Array(text.utf8)).root }

    func compact(_ view: JSONView) -> String {
        var bytes: [UInt8] = []
        view.appendCompact(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("finds members, absent ones and none in other kinds")
    func members() throws {
        let view = try root(#"{"a":1,"b":{"c":[true,null]},"\u0064":"x"}"#)
        #expect(view["a"]?.int64 == 1)
        #expect(view["b"]?["c"]?.elements.map(\.kind) == [.bool, .null])
        #expect(view["b"]?["c"]?[1]?.isNull == true)
        #expect(view["b"]?["c"]?[2] == nil)
        #expect(view["b"]?["c"]?[-1] == nil)
        #expect(view["d"]?.string == "x")
        #expect(view["x"] == nil)
        #expect(view["a"]?["a"] == nil)
        #expect(view["a"]?[0] == nil)
        #expect(view.members.map(\.key) == ["a", "b", "d"])
        #expect(view.count == 3)
    }

    @Test("takes the last of repeated keys and knows of the repetition")
    func repeatedKeys() throws {
        let view = try root(#"{"a":1,"b":{"x":1},"\u0061":3}"#)
        #expect(view["a"]?.int64 == 3)
        #expect(view.hasRepeatedKeys)
        #expect(view["b"]?.hasRepeatedKeys == false)
        #expect(view.count == 3)
    }

    @Test("counts and visits elements of nested arrays")
    func elements() throws {
        let view = try root("[[1,[2]],{},[],3]")
        #expect(view.count == 4)
        #expect(view.elements.map(compact) == ["[1,[2]]", "{}", "[]", "3"])
        #expect(try root("[]").elements.isEmpty)
        #expect(try root("7").elements.isEmpty)
        #expect(try root("\"abc\"").count == 0)
    }

    @Test("passes on what a visitor throws")
    func visitorThrows() throws {
        struct Enough: Error {}
        var seen = 0
        let view = try root("[1,2,3]")
        #expect(throws: Enough.self) {
            try view.forEachElement { (_) throws(Enough) in
                seen += 1
                if seen == 2 { throw Enough() }
            }
        }
        #expect(seen == 2)
    }

    @Test(
        "unescapes strings",
        arguments: [
            (#""""#, ""), (#""abc""#, "abc"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u0000\u001f""#, "\u{0}\u{1f}"),
            (#""\u00e9""#, "é"),
            (#""\u20AC\u20ac""#, "€€"), (#""a\uD83D\uDE00b""#, "a😀b"), (#""\udbff\udfff""#, "\u{10ffff}"), (#""é\n€\n😀""#, "é\n€\n😀"),
            (#""\ufffe""#, "\u{fffe}"),
        ])
    func strings(_ text: String, content: String) throws {
        let view = try root(text)
        #expect(view.string == content)
        #expect(view.utf8 == Array(content.utf8))
        #expect(view.equals(content))
        #expect(view.equals(utf8: Array(content.utf8)))
        #expect(!view.equals(content + "x"))
        #expect(!view.equals(utf8: Array(content.utf8.dropLast()) + [0x7e]))
        #expect(view.int64 == nil && view.double == nil && view.bool == nil)
    }

    @Test(
        "reads integers exactly or not at all",
        arguments: [
            ("0", 0), ("-0", 0), ("12", 12), ("-3", -3), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil),
            ("-9223372036854775809", nil), ("99999999999999999999", nil), ("1.0", nil), ("1e3", nil), ("\"1\"", nil), ("true", nil),
            ("[1]", nil),
        ] as [(String, Int64?)])
    func integers(_ text: String, value: Int64?) throws {
        #expect(try root(text).int64 == value)
    }

    @Test(
        "reads doubles when finite",
        arguments: [
            ("0", 0), ("-0", -0.0), ("1", 1), ("1.5", 1.5), ("-2.5e3", -2500), ("0.1", 0.1), ("1e308", 1e308), ("1e400", nil),
            ("-1e400", nil), ("1e-400", 0),
            ("123456789012345", 123_456_789_012_345), ("9007199254740993", 9_007_199_254_740_992), ("5e-324", .leastNonzeroMagnitude),
            ("\"1\"", nil),
            ("null", nil),
        ] as [(String, Double?)])
    func doubles(_ text: String, value: Double?) throws {
        let double = try root(text).double
        #expect(double == value)
        #expect(double?.sign == value?.sign)
    }

    @Test("keeps number text", arguments: ["1.50", "9007199254740993", "1e400", "-0", "1E+05", "0.10000000000000000000001"])
    func numberText(_ text: String) throws {
        let view = try root("{ \"n\" : \(text) }")
        #expect(view["n"].map { String(decoding: $0.raw, as: UTF8.self) } == text)
        #expect(compact(view) == "{\"n\":\(text)}")
    }

    @Test("reads booleans")
    func booleans() throws {
        #expect(try root("true").bool == true)
        #expect(try root("false").bool == false)
        #expect(try root("0").bool == nil)
    }

    @Test("knows where a value stands")
    func positions() throws {
        let view = try root("{\n  \"é\": \"x\",\n  \"b\": [1, {}]\n}")
        #expect(try #require(view["é"]).position == (2, 8))
        #expect(try #require(view["b"]?[1]).position == (3, 12))
        #expect(view["é"]?.rawRange == 10..<13)
        #expect(view["b"].map { String(decoding: $0.raw, as: UTF8.self) } == "[1, {}]")
    }

    @Test("re-emits any part without white space and with escapes as written")
    func reEmits() throws {
        let view = try root(" { \"a\\u0062\" : [ 1.50 , { } , [ ] , { \"x\" : null } ] , \"s\" : \" , \\/ \" } ")
        #expect(compact(view) == #"{"a\u0062":[1.50,{},[],{"x":null}],"s":" , \/ "}"#)
        #expect(view["ab"].map(compact) == #"[1.50,{},[],{"x":null}]"#)
        #expect(view["s"].map(compact) == #"" , \/ ""#)
        view.forEachMember { key, _ in #expect(["\"a\\u0062\"", "\"s\""].contains(compact(key))) }
    }

    @Test("re-emits the same whatever white space stood between")
    func whiteSpace() throws {
        let tokens = [
            "{", "\"a b\"", ":", "[", "1", ",", "\"\"", ",", "{", "}", ",", "[", "]", ",", "null", "]", ",", "\"c\"", ":", "-0.50", "}",
        ]
        let expected = tokens.joined()
        for filler in ["", " ", "\n\t", "\r\n  "] {
            let text = filler + tokens.joined(separator: filler) + filler
            #expect(compact(try root(text)) == expected)
            #expect(compact(try JSONDocument(parsingRelaxed: Array(text.utf8)).root) == expected)
            #expect(compact(try JSONDocument(parsing: root(text).prettyBytes).root) == expected)
        }
    }

    @Test("tells repeated keys among many")
    func manyKeys() throws {
        let members = (0..<2000).map { "\"k\($0)\":\($0)" }
        let unique = try root("{\(members.joined(separator: ","))}")
        #expect(unique.count == 2000)
        #expect(!unique.hasRepeatedKeys)
        #expect(unique["k1999"]?.int64 == 1999)
        #expect(try root("{\(members.joined(separator: ",")),\"k0\":-1}").hasRepeatedKeys)
        #expect(try root("{\(members.joined(separator: ",")),\"k0\":-1}")["k0"]?.int64 == -1)
    }

    @Test("lays out for people")
    func pretty() throws {
        let view = try root(#"{"a":[1,{"b":"{[,:\"]"}],"e":[],"o":{}}"#)
        let expected = """
            {
              "a": [
                1,
                {
                  "b": "{[,:\\"]"
                }
              ],
              "e": [],
              "o": {}
            }
            """
        #expect(String(decoding: view.prettyBytes, as: UTF8.self) == expected)
    }
}
