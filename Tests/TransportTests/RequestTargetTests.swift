import Testing

@testable import Transport

@Suite("Request targets") struct RequestTargetTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let target: String
        let path: String
        var query: [String] = []
        var testDescription: String { target }
    }

    @Test(
        "are decoded once and lose nothing",
        arguments: [
            Case(target: "/", path: "/"),
            Case(target: "/rest/v1/t?select=*,a(b)", path: "/rest/v1/t", query: ["select=*,a(b)"]),
            Case(target: "/t?a=eq.1&b=in.(1,2)&a=gt.0", path: "/t", query: ["a=eq.1", "b=in.(1,2)", "a=gt.0"]),
            Case(target: "/t?a=eq.x%26b%3Dc", path: "/t", query: ["a=eq.x&b=c"]),
            Case(target: "/t?a%3Db=c", path: "/t", query: ["a=b=c"]),
            Case(target: "/t?a=1+2%2B3", path: "/t", query: ["a=1 2+3"]),
            Case(target: "/a+b%2Bc", path: "/a+b+c"),
            Case(target: "/t?a=x;y=z&b", path: "/t", query: ["a=x;y=z", "b"]),
            Case(target: "/t?a=b=c&=d&e=&&f", path: "/t", query: ["a=b=c", "=d", "e=", "f"]),
            Case(target: "/t?a=%2525", path: "/t", query: ["a=%25"]),
            Case(target: "/t?a=%00b", path: "/t", query: ["a=\0b"]),
            Case(target: "/t?a=%C3%A9é", path: "/t", query: ["a=éé"]),
            Case(target: "/a//b/../c/./d", path: "/a//b/../c/./d"),
            Case(target: "/a;b&c", path: "/a;b&c"),
            Case(target: "/t?a=?&/=1", path: "/t", query: ["a=?", "/=1"]),
            Case(target: "/t?", path: "/t"),
            Case(target: "*", path: "*"),
            Case(target: "http://host:80/a?b=c", path: "/a", query: ["b=c"]),
            Case(target: "HTTP://host?b=c", path: "/", query: ["b=c"]),
            Case(target: "http://host", path: "/"),
        ])
    func decoding(_ example: Case) throws {
        let target = try #require(RequestTarget(Array(example.target.utf8)[...]))
        #expect(String(decoding: target.path, as: UTF8.self) == example.path)
        let query = target.query.map { String(decoding: $0.name + ($0.hasEquals ? [0x3D] : []) + $0.value, as: UTF8.self) }
        #expect(query == example.query)
    }

    @Test(
        "are refused when malformed",
        arguments: ["", "a", "?a=b", "/%", "/%4", "/%4g", "/?%", "/?a=%f", "/#a", "/\u{7F}", "/a\tb", "**"])
    func refusal(_ target: String) {
        #expect(RequestTarget(Array(target.utf8)[...]) == nil)
    }
}
