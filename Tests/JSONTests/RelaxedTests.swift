import JSON
import Testing

@Suite("Relaxed JSON of config files") struct RelaxedTests {
    @Test(
        "reads what people write",
        arguments: [
            ("{a: 1}", #"{"a":1}"#), ("{a: 1,}", #"{"a":1}"#), ("[1, 2, ]", "[1,2]"), ("{'a b': 'c'}", #"{"a b":"c"}"#),
            ("'it\\'s \"x\"'", #""it's \"x\"""#),
            ("// head\n{ /* k */ _a$1 /* c */ : /* v */ 1 // end\n, b: [ /* none */ ], }\n// tail", #"{"_a$1":1,"b":[]}"#),
            ("/**/1/***/", "1"),
            ("{true: false, null: null}", #"{"true":false,"null":null}"#), ("{\"a\": {b: [1,],},}", #"{"a":{"b":[1]}}"#),
            ("'a//b'", #""a//b""#), ("[]//", "[]"),
            ("'\\u0041\\n'", #""A\n""#), ("\"\\u0041\"", #""\u0041""#),
        ])
    func reads(_ text: String, compact: String) throws {
        var bytes: [UInt8] = []
        try JSONDocument(parsingRelaxed: Array(text.utf8)).root.appendCompact(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == compact)
    }

    @Test("finds members by unquoted keys")
    func members() throws {
        let root = try JSONDocument(parsingRelaxed: Array("{ realtime: true, 'touch': \"updated_at\", }".utf8)).root
        #expect(root["realtime"]?.bool == true)
        #expect(root["touch"]?.string == "updated_at")
        #expect(root.members.map(\.key) == ["realtime", "touch"])
        #expect(root.count == 2)
    }

    @Test(
        "says what is wrong and where",
        arguments: [
            ("{\n  a: 1\n  b: 2\n}", 3, 3, "expected ',' or '}', found 'b'"), ("{a: 1,,}", 1, 7, "expected a key, found ','"),
            ("[,]", 1, 2, "expected a value, found ','"), ("{1: 2}", 1, 2, "expected a key, found '1'"),
            ("[1] /* open", 1, 5, "comment without an end"),
            ("[1 / 2]", 1, 5, "expected '//' or '/*', found byte 0x20"), ("/", 1, 2, "expected '//' or '/*', found the end"),
            ("/*/", 1, 1, "comment without an end"),
            ("{a-b: 1}", 1, 3, "expected ':', found '-'"), ("[yes]", 1, 2, "expected a value, found 'y'"),
            ("'abc", 1, 5, "string without an end"),
            ("{a: .5}", 1, 5, "expected a value, found '.'"), ("// only a comment", 1, 18, "expected a value, found the end"),
        ])
    func explains(_ text: String, line: Int, column: Int, message: String) {
        let error = #expect(throws: JSONError.self) { try JSONDocument(parsingRelaxed: Array(text.utf8)) }
        #expect(error?.message == message)
        #expect(error?.line == line)
        #expect(error?.column == column)
        #expect(error?.description == "line \(line), column \(column): \(message)")
    }
}
