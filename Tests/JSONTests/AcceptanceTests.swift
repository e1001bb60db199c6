import JSON
import Testing

@Suite("JSON texts accepted and refused") struct AcceptanceTests {
    static let lawful: [String] = [
        "null", "true", "false", "0", "-0", "1", "-1", "12", "1.5", "1.50", "-0.0", "0e0", "1e5", "1E5", "1e+5", "1e-5", "1.5E-05", "1e400",
        "9007199254740993", "123456789012345678901234567890", "\"\"", "\"a\"", "\" \"", "\"\u{7f}\"", "\"\u{2028}\"", "\"é\"", "\"😀\"",
        "\"\u{10ffff}\"",
        #""\"""#, #""\\""#, #""\/""#, #""\b\f\n\r\t""#, #""\u0000""#, #""\u00e9""#, #""\uD83D\uDE00""#, #""\ud83d\ude00x""#, #""\uFFFF""#,
        "[]", "{}",
        "[[]]", "[{}]", "{\"a\":{}}", "[1]", "[1,2]", "[ 1 , 2 ]", "\t\r\n [\t\r\n] ", "{\"\":0}", "{\"a\":1,\"a\":2}",
        "{ \"a\" : 1 , \"b\" : [ ] }",
        " 1", "1 ", "\n\"x\"\n", "[null,true,false]", "{\"a\":null}",
    ]

    static let unlawful: [String] = [
        "", " ", "\n", "nul", "nulll", "True", "NULL", "tru", "undefined", "NaN", "Infinity", "-Infinity", "+1", "01", "-01", "00", "-",
        "1.", ".5", "1.e5",
        "1e", "1e+", "1e-", "1ee5", "0x10", "1_000", "1 2", "--1", "1.5.5", "\"", "\"a", "\"\\\"", #""\""#, #""\x41""#, #""\'""#,
        #""\u12""#, #""\u12G4""#,
        #""\U0041""#, #""\u""#, #""\ud800""#, #""\ud800x""#, #""\udc00""#, #""\udc00\ud800""#, #""\ud800\ud800""#, #""\ud800\u0041""#,
        #""\ud800\n""#,
        #""\ud83d\ude0""#, "\"\n\"", "\"\t\"", "\"\u{0}\"", "\"\u{1f}\"", "'a'", "[", "]", "{", "}", "[1", "[1,", "[1,]", "[,1]", "[,]",
        "[1,,2]", "[1 2]",
        "[1}", "{1}", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{\"a\"::1}", "{a:1}", "{'a':1}",
        "{\"a\":1]", "{1:1}",
        "{null:1}", "[]]", "{}}", "[] []", "1,", "// c\n1", "/* c */1", "1 // c", "[1 /* c */]", "\u{feff}1", "1\u{a0}", "\u{c}1", "1\u{0}",
        "é", "[é]",
    ]

    @Test("accepts what RFC 8259 allows", arguments: lawful)
    func accepts(_ text: String) throws {
        let document = try JSONDocument(parsing: Array(text.utf8))
        #expect(try JSONDocument(parsingRelaxed: document.bytes).root.kind == document.root.kind)
    }

    @Test("refuses everything else", arguments: unlawful)
    func refuses(_ text: String) {
        #expect(throws: JSONError.self) { try JSONDocument(parsing: Array(text.utf8)) }
    }

    static let invalidUTF8: [[UInt8]] = [
        [0x80], [0xbf], [0xc0, 0x80], [0xc1, 0xbf], [0xc3], [0xc3, 0x28], [0xe0, 0x80, 0x80], [0xe0, 0x9f, 0xbf], [0xe2, 0x82],
        [0xe2, 0x28, 0xa1],
        [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf], [0xf0, 0x80, 0x80, 0x80], [0xf0, 0x8f, 0xbf, 0xbf], [0xf0, 0x9f, 0x98],
        [0xf4, 0x90, 0x80, 0x80],
        [0xf5, 0x80, 0x80, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [0xfe], [0xff], [0x61, 0xff, 0x61],
    ]

    @Test("refuses invalid UTF-8 and says where", arguments: invalidUTF8)
    func refusesInvalidUTF8(_ bytes: [UInt8]) throws {
        let prefix = Array("[1,\n \"".utf8)
        let error = #expect(throws: JSONError.self) { try JSONDocument(parsing: prefix + bytes + Array("\"]".utf8)) }
        #expect(error?.message == "invalid UTF-8")
        #expect(error?.offset == prefix.count + (bytes[0] == 0x61 ? 1 : 0))
        #expect(error?.line == 2)
    }

    static let sample = #" {"id":"a-1","n":[1,-2.5e+3,{"é":"\u00e9\ud83d\ude00\n"},[]],"t":true,"f":false,"z":null,"e":{}}"#

    @Test("refuses every truncation of an object, in both dialects")
    func refusesTruncations() throws {
        let bytes = Array(Self.sample.utf8)
        _ = try JSONDocument(parsing: bytes)
        for length in bytes.indices {
            #expect(throws: JSONError.self) { try JSONDocument(parsing: Array(bytes[..<length])) }
            #expect(throws: JSONError.self) { try JSONDocument(parsingRelaxed: Array(bytes[..<length])) }
        }
    }

    @Test("survives every change of one byte")
    func survivesMutations() {
        let bytes = Array(Self.sample.utf8)
        for index in bytes.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = bytes
                changed[index] = byte
                for document in [try? JSONDocument(parsing: changed), try? JSONDocument(parsingRelaxed: changed)] {
                    var compact: [UInt8] = []
                    document?.root.appendCompact(to: &compact)
                    if document != nil, (try? JSONDocument(parsing: compact)) == nil {
                        Issue.record("byte \(byte) at \(index) re-emits as \(String(decoding: compact, as: UTF8.self))")
                    }
                }
            }
        }
    }

    @Test("refuses nesting beyond the limit without recursion", arguments: ["[", "{\"a\":", "[{\"a\":"])
    func refusesDeepNesting(_ opening: String) {
        let bytes = Array(String(repeating: opening, count: 100_000).utf8)
        let error = #expect(throws: JSONError.self) { try JSONDocument(parsing: bytes) }
        #expect(error?.message == "nesting of 33 exceeds limit of 32")
    }

    @Test("accepts nesting up to the limit, however deep that is", arguments: [1, 32, 100_000])
    func acceptsNestingAtTheLimit(_ depth: Int) throws {
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let document = try JSONDocument(parsing: Array(text.utf8), limits: JSONLimits(depth: depth))
        var compact: [UInt8] = []
        document.root.appendCompact(to: &compact)
        #expect(compact == Array(text.utf8))
    }

    @Test("refuses more nodes than the limit")
    func refusesTooManyNodes() throws {
        let limits = JSONLimits(depth: 2, nodes: 4)
        _ = try JSONDocument(parsing: Array("[1,2,3]".utf8), limits: limits)
        for text in ["[1,2,3,4]", "[1,2,3,[]]", "{\"a\":1,\"b\":2}"] {
            let error = #expect(throws: JSONError.self) { try JSONDocument(parsing: Array(text.utf8), limits: limits) }
            #expect(error?.message == "more than 4 values and keys")
        }
    }

    @Test(
        "says what was expected and where",
        arguments: [
            ("", 0, 1, 1, "expected a value, found the end"),
            ("[1,\n  x]", 6, 2, 3, "expected a value, found 'x'"),
            ("{\"é\": \"😀\" 1}", 14, 1, 11, "expected ',' or '}', found '1'"),
            ("[1 2]", 3, 1, 4, "expected ',' or ']', found '2'"),
            ("[", 1, 1, 2, "expected a value or ']', found the end"),
            ("{", 1, 1, 2, "expected a key in quotes or '}', found the end"),
            ("{a:1}", 1, 1, 2, "expected a key in quotes, found 'a'"),
            ("{\"a\" 1}", 5, 1, 6, "expected ':', found '1'"),
            ("1\n1", 2, 2, 1, "expected the end, found '1'"),
            ("-x", 1, 1, 2, "expected a digit, found 'x'"),
            ("012", 0, 1, 1, "number with a leading zero"),
            ("nulx", 3, 1, 4, "expected 'null', found 'x'"),
            ("\"a\u{1}\"", 2, 1, 3, "control character in a string must be escaped"),
            ("\"\\q\"", 1, 1, 2, "unknown escape"),
            ("\"\\ud800\"", 1, 1, 2, "surrogate escape without its other half"),
            ("\"\\u00x0\"", 1, 1, 2, "\\u must be followed by four hexadecimal digits"),
            ("\"abc", 4, 1, 5, "string without an end"),
            ("\u{feff}1", 0, 1, 1, "expected a value, found byte 0xef"),
        ])
    func explains(_ text: String, offset: Int, line: Int, column: Int, message: String) {
        let expected = JSONError(message: message, offset: offset, line: line, column: column)
        #expect(throws: expected) { try JSONDocument(parsing: Array(text.utf8)) }
    }
}
