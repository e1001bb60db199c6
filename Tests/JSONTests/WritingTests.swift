import JSON
import Testing

@Suite("Writing JSON") struct WritingTests {
    func written(_ write: (inout [UInt8]) -> Void) -> String {
        var bytes: [UInt8] = []
        write(&bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(
        "escapes as PostgreSQL does",
        arguments: [
            ("", #""""#), ("abc", #""abc""#), ("\"\\/", #""\"\\/""#), ("\u{8}\u{c}\n\r\t", #""\b\f\n\r\t""#),
            ("\u{0}\u{b}\u{1f}", #""\u0000\u000b\u001f""#),
            ("\u{7f}\u{2028}é😀", "\"\u{7f}\u{2028}é😀\""), ("a\nb\n", #""a\nb\n""#),
        ])
    func escapes(_ text: String, expected: String) {
        let utf8 = Array(text.utf8)
        #expect(written { $0.appendJSONString(text) } == expected)
        #expect(written { $0.appendJSONString(utf8) } == expected)
        #expect(written { $0.appendJSONString(utf8[...]) } == expected)
        #expect(written { $0.appendJSONString(utf8.span) } == expected)
    }

    @Test("every scalar below U+0100 and some above survive writing and reading")
    func roundTrip() throws {
        let scalars = (0..<0x100).map { Unicode.Scalar(UInt8($0)) } + ["\u{d7ff}", "\u{e000}", "\u{ffff}", "\u{10000}", "\u{10ffff}"]
        for scalar in scalars {
            let text = "x\(scalar)y"
            let json = written { $0.appendJSONString(text) }
            #expect(try JSONDocument(parsing: Array(json.utf8)).root.string == text)
        }
    }

    @Test("writes integers", arguments: [0, 1, -1, 9, 10, -10, 1234567890, Int64.max, .min])
    func decimals(_ value: Int64) {
        #expect(written { $0.appendDecimal(value) } == String(value))
    }

    @Test(
        "writes doubles as PostgreSQL's float8",
        arguments: [
            (0, "0"), (-0.0, "-0"), (1, "1"), (-1, "-1"), (100, "100"), (0.1, "0.1"), (-0.5, "-0.5"), (1.5, "1.5"), (12.25, "12.25"),
            (1234.5678, "1234.5678"),
            (0.001, "0.001"), (0.0001, "0.0001"), (0.00012, "0.00012"), (0.00001, "1e-05"), (1e-7, "1e-07"), (1.5e-7, "1.5e-07"),
            (1e-10, "1e-10"),
            (1e14, "100000000000000"), (123_456_789_012_345, "123456789012345"), (1e15, "1e+15"), (1e20, "1e+20"), (1.5e20, "1.5e+20"),
            (1e100, "1e+100"),
            (1_234_567_890_123_456, "1.234567890123456e+15"), (9_007_199_254_740_992, "9.007199254740992e+15"),
            (0.1 + 0.2, "0.30000000000000004"),
            (12_345_678_901_234.5, "12345678901234.5"), (123_456_789_012_345.6, "123456789012345.6"),
            (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
            (.leastNonzeroMagnitude, "5e-324"), (2.2250738585072014e-308, "2.2250738585072014e-308"), (.nan, "\"NaN\""),
            (.infinity, "\"Infinity\""),
            (-.infinity, "\"-Infinity\""),
        ] as [(Double, String)])
    func doubles(_ value: Double, expected: String) {
        #expect(written { $0.appendJSONNumber(value) } == expected)
    }

    @Test("doubles of all magnitudes read back unchanged")
    func doublesRoundTrip() throws {
        var bits: UInt64 = 0x9e37_79b9_7f4a_7c15
        for _ in 0..<20_000 {
            bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(bitPattern: bits ^ bits >> 29)
            guard value.isFinite else { continue }
            let text = written { $0.appendJSONNumber(value) }
            let read = try JSONDocument(parsing: Array(text.utf8)).root.double
            if read?.bitPattern != value.bitPattern { Issue.record("\(value) was written as \(text)") }
        }
    }

    @Test("writes a tree with members in order")
    func tree() {
        let value: JSONValue = [
            "code": "42501", "n": 1, "d": 2.5, "ok": true, "none": nil, "list": [1, "two", []], "empty": [:],
            "raw": .raw(Array("{\"x\":1}".utf8)),
        ]
        let compact = #"{"code":"42501","n":1,"d":2.5,"ok":true,"none":null,"list":[1,"two",[]],"empty":{},"raw":{"x":1}}"#
        #expect(String(decoding: value.bytes, as: UTF8.self) == compact)
        #expect(String(decoding: (["a": [1]] as JSONValue).prettyBytes, as: UTF8.self) == "{\n  \"a\": [\n    1\n  ]\n}")
        #expect(value == value)
        #expect(value != .null)
    }
}
