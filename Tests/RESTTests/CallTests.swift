import Access
import Engine
import REST
import SQLite
import Store
import Testing

@Suite("Calls")
struct CallTests {
    struct Expectation: Sendable, CustomTestStringConvertible {
        var ask: Ask
        var status: Int
        var range: String?
        var body: String
        init(_ line: String, _ headers: [String: String], body: String = "", _ status: Int, _ range: String?, _ answer: String) {
            ask = Ask(line, headers, body: body)
            self.status = status
            self.range = range
            self.body = answer
        }
        init(_ line: String, body: String = "", _ status: Int, _ range: String?, _ answer: String) {
            self.init(line, [:], body: body, status, range, answer)
        }
        var testDescription: String { ask.testDescription }
    }

    private static let object = ["accept": "application/vnd.pgrst.object+json"]

    static let reads: [Expectation] = [
        .init("GET rpc/add?a=1&b=2", 200, "0-0/*", "3"), .init("GET rpc/add?a=1", 200, "0-0/*", "11"),
        .init("GET rpc/add?a=1&a=5", 200, "0-0/*", "15"),
        .init("POST rpc/add", body: #"{"a":1,"b":"2"}"#, 200, "0-0/*", "3"),
        .init("POST rpc/add", body: #"[{"a":1},{"a":2}]"#, 200, "0-0/*", "11"),
        .init("POST rpc/add", body: #"{"a":null}"#, 200, "0-0/*", "null"),
        .init("POST rpc/add", object, body: #"{"a":1}"#, 200, "0-0/*", "11"),
        .init("POST rpc/add", ["content-type": "application/x-www-form-urlencoded"], body: "a=4&b=5", 200, "0-0/*", "9"),
        .init("POST rpc/add", ["prefer": "return=representation"], body: #"{"a":1}"#, 200, "0-0/*", "11"),
        .init("HEAD rpc/add?a=1", ["prefer": "count=exact"], 200, "0-0/1", ""), .init("POST rpc/nothing", 204, nil, ""),
        .init("GET rpc/joined?words=%7Bx,%22y,z%22%7D", 200, "0-0/*", #"["x","y,z"]"#),
        .init("POST rpc/joined", body: #"{"words":["a","b"]}"#, 200, "0-0/*", #"["a","b"]"#),
        .init("GET rpc/names", 200, "0-1/*", #"["red","blue"]"#), .init("GET rpc/names?limit=1", object, 200, "0-0/*", #""red""#),
        .init("GET rpc/names", ["accept": "text/csv"], 200, "0-1/*", "names\nred\nblue"),
        .init("GET rpc/names?names=eq.blue", 200, "0-0/*", #"["blue"]"#),
        .init("GET rpc/newest?select=id,error_type", 200, "0-0/*", #"{"id":3,"error_type":"ui"}"#),
        .init("GET rpc/newest?select=id", ["accept": "text/csv"], 200, "0-0/*", "id\n3"),
        .init("GET rpc/active?select=id", 200, "0-2/*", #"[{"id":1},{"id":2},{"id":3}]"#),
        .init("POST rpc/active?select=id&error_type=eq.ui&order=id.desc&limit=1", 200, "0-0/*", #"[{"id":3}]"#),
        .init("POST rpc/active?select=id&order=id&offset=1&limit=1", ["prefer": "count=exact"], 206, "1-1/3", #"[{"id":2}]"#),
        .init("POST rpc/active?select=id&order=error_type.desc,created_at", 200, "0-2/*", #"[{"id":2},{"id":3},{"id":1}]"#),
        .init("POST rpc/active?select=id&or=(id.eq.1,error_message.ilike.*UPLOAD*)", 200, "0-1/*", #"[{"id":1},{"id":2}]"#),
        .init("POST rpc/active?select=id&id=eq.2", object, 200, "0-0/*", #"{"id":2}"#),
        .init(
            "POST rpc/active?select=id", object, 406, nil,
            #"{"code":"PGRST116","details":"The result contains 3 rows","hint":null,"message":"Cannot coerce the result to a single JSON object"}"#
        ),
        .init(
            "POST rpc/active?offset=9", ["prefer": "count=exact"], 416, "*/3",
            #"{"code":"PGRST103","details":"An offset of 9 was requested, but there are only 3 rows.","hint":null,"message":"Requested range not satisfiable"}"#
        ),
        .init("GET rpc/stats", 200, "0-1/*", #"[{"type":"network","count":1},{"type":"ui","count":2}]"#),
        .init("GET rpc/stats?count=gt.1&select=n:count", 200, "0-0/*", #"[{"n":2}]"#),
        .init("HEAD rpc/active", ["prefer": "count=exact"], 200, "0-2/3", ""),
        .init("OPTIONS rpc/active", 200, nil, ""),
    ]

    @Test("read-only functions run in a snapshot", arguments: reads)
    func runsReads(expected: Expectation) throws {
        let response = try expected.ask.answer()
        #expect(response.text == expected.body)
        #expect(response.status == expected.status)
        #expect(response.header("Content-Range") == expected.range)
    }

    @Test("an owner's grant is judged on the row that the argument names")
    func judgesOwners() throws {
        #expect(try Ask("GET rpc/peek?upload_id=\(Fixture.upload(1))", as: Ask.alice).answer().text == #""uploading""#)
        #expect(try Ask("GET rpc/peek?upload_id=\(Fixture.upload(3))", as: Ask.alice).answer().status == 403)
        #expect(try Ask("GET rpc/peek?upload_id=\(Fixture.upload(4))", as: Ask.alice).answer().status == 403)
    }

    @Test("writing functions become mutations with every argument")
    func plansCalls() throws {
        let (mutation, plan) = try Ask("POST rpc/stop_upload", body: #"{"upload_id":"\#(Fixture.upload(1).uppercased())"}"#, as: Ask.alice)
            .mutation()
        guard case .call(let call) = mutation.kind else { throw PlanMismatch() }
        #expect(call.function.name == "stop_upload")
        #expect(call.arguments == [.text(Fixture.upload(1)), .null])
        let response = plan.response(for: .done(Applied(result: [Row([.integer(1)])], sequence: SequenceNumber(4))))
        #expect(response.status == 200 && response.text == "true")
        #expect(response.header("Sluice-Sequence") == "4" && response.header("Content-Range") == "0-0/*")
    }

    @Test("a refusal that is put on record is the engine's, unless nobody signed in")
    func sendsRefusals() throws {
        let viewer = Claims(role: .viewer, subject: nil)
        let body = #"{"upload_id":"\#(Fixture.upload(1))"}"#
        guard case .call = try Ask("POST rpc/stop_upload", body: body, as: viewer).mutation().0.kind else { throw PlanMismatch() }
        #expect(try Ask("POST rpc/stop_upload", body: body, as: Ask.anon).answer().status == 401)
        #expect(try Ask("GET rpc/stop_upload?upload_id=\(Fixture.upload(1))", as: viewer).answer().status == 403)
        #expect(try Ask("POST rpc/stop_all_uploads", as: viewer).answer().status == 403)
    }

    @Test("results of every kind are written as they are declared")
    func writesResults() throws {
        func answer(_ line: String, _ rows: [Row]) throws -> RESTResponse {
            try Ask(line).mutation().1.response(for: .done(Applied(result: rows)))
        }
        #expect(try answer("POST rpc/stop_all_uploads", [Row([.integer(3)])]).text == "3")
        #expect(try answer("POST rpc/stop_all_uploads", []).text == "null")
        let nothing = try answer("POST rpc/forget", [])
        #expect(nothing.status == 204 && nothing.body.isEmpty && nothing.header("Content-Type") == nil)
        let row = Row((0..<14).map { $0 == 5 ? .text("x") : .null })
        #expect(try answer("POST rpc/stop_some?select=status,progress", [row]).text == #"[{"status":"x","progress":null}]"#)
    }
}
