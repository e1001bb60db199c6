import Engine
import REST
import Testing

@Suite("Hostile requests")
struct FuzzTests {
    static let lines = [
        "GET upload_queue?select=*,profiles!inner(email,videos(count)),x:metadata->>%22a.b%22::int,...profiles(id)&started_at=gte.2026-01-15T10:00:00Z&order=started_at.desc.nullslast,profiles(email).asc&limit=10&offset=2",
        "GET upload_queue?or=(status.eq.failed,and(progress.gte.5,not.or(id.is.null,user_id.in.(a,%22b,c%22))),video_title.like(any).%7Ba*,b%7D)&not.and=(metadata->size->0.gt.5)&profiles.order=a",
        "POST upload_queue?columns=%22id%22,%22progress%22&on_conflict=id&select=id,status",
        "GET rpc/active?select=id&a=%7B1,2%7D&order=id.desc&limit=3",
        "PATCH upload_queue?id=eq.aaaaaaaa-0000-4000-8000-000000000001&tags=cs.%7Ba%7D&cost=isdistinct.5",
        "DELETE upload_queue?status=not.in.(completed,%22fa\\%22iled%22)&video_title=not.ilike(all).%7Ba%7D",
        "PUT tags?id=eq.1",
    ]

    static let bodies = [
        #"{"id":"aaaaaaaa-0000-4000-8000-000000000001","progress":45,"metadata":{"a":[1,{"b":null}]},"tags":["x",null],"started_at":"2026-01-15T10:00:00Z"}"#,
        #"[{"id":"\u00e9\ud83d\ude00","progress":-1e5},{"id":null,"progress":true}]"#,
    ]

    @Test("no beginning of a request traps", arguments: lines)
    func survivesTruncation(line: String) throws {
        let database = try TemporaryDatabase()
        for end in line.indices { survive(Ask(String(line[..<end]), body: "{}"), database) }
        for body in Self.bodies {
            for end in body.indices { survive(Ask(line, ["prefer": "return=representation"], body: String(body[..<end])), database) }
        }
    }

    @Test("no change of a byte traps", arguments: lines)
    func survivesChanges(line: String) throws {
        let database = try TemporaryDatabase()
        let letters = Array("()\",.*:!->{}\\&=%+ \t0a\u{e9}\0")
        for (place, index) in line.indices.enumerated() where place > 4 {
            for (number, letter) in letters.enumerated() where (place + number) % 3 == 0 {
                var changed = line
                changed.replaceSubrange(index...index, with: String(letter))
                survive(Ask(changed, body: "{}"), database)
            }
        }
    }

    @Test("deep nesting is refused, not followed")
    func refusesDepth() throws {
        for text in ["(", "and(", "not.or("] {
            let deep = "GET tags?or=" + String(repeating: text, count: 10_000)
            #expect(try Ask(deep).answer().status == 400)
        }
        #expect(try Ask("GET tags?select=" + String(repeating: "a(", count: 10_000)).answer().status == 400)
        #expect(try Ask("GET tags?select=" + String(repeating: "id->", count: 10_000)).answer().status == 400)
        #expect(try Ask("POST tags", body: String(repeating: "[", count: 10_000)).answer().status == 400)
        #expect(try Ask("GET tags?limit=99999999999999999999&offset=9223372036854775807").answer().status == 200)
        #expect(
            try Ask("GET tags?limit=999999999999999999&offset=999999999999999999", ["range": "99999999999999999-99999999999999999"])
                .answer().status == 416)
    }

    /// Plans, and runs or answers, whatever comes out.
    private func survive(_ ask: Ask, _ database: TemporaryDatabase) {
        switch ask.plan() {
        case .answer(let response): #expect(response.status >= 200)
        case .read(let plan): #expect(plan.run(on: database.reader).status >= 200)
        case .write(_, let plan):
            #expect(plan.response(for: .done(.init(affected: 1))).status >= 200)
        }
    }
}
