import Access
import Engine
import REST
import SQLite
import Store
import Testing

@Suite("Writes, from the request to the mutation and from the outcome to the answer")
struct WriteTests {
    private static let id = Fixture.upload(1)
    private static let row = Row([.integer(1), .text("red")])
    private static let other = Row([.integer(2), .text("blue")])

    @Test("a progress update sets its columns of one row")
    func plansProgress() throws {
        let (mutation, plan) = try Ask("PATCH upload_queue?id=eq.\(Self.id)", body: #"{"progress":45,"upload_speed":2.5}"#, as: Ask.alice)
            .mutation()
        guard case .update(let update) = mutation.kind else { throw PlanMismatch() }
        #expect(update.table.name == "upload_queue")
        #expect(update.assignments == [.init(column: 6, value: .integer(45)), .init(column: 7, value: .real(2.5))])
        #expect(update.predicate == .compare(column: 0, .equal, .text(Self.id)))
        #expect(update.predicate.key(in: update.table) != nil)
        #expect(update.returning == .init())
        #expect(mutation.actor == Ask.alice && mutation.idempotency == nil && mutation.replyTo == ReplyAddress(listener: 1, token: 2))
        let response = plan.response(for: .done(Applied(affected: 1, sequence: SequenceNumber(9))))
        #expect(
            response
                == RESTResponse(
                    status: 204,
                    headers: [
                        .init("Content-Range", "0-0/*"), .init("Sluice-Sequence", "9"), .init("Sluice-Epoch", "00000000000000e1"),
                    ]))
    }

    struct Payload: Sendable {
        var ask: Ask
        var columns: [Int]
        var rows: [[Value?]]
        init(_ query: String, _ headers: [String: String], _ body: String, _ columns: [Int], _ rows: [[Value?]]) {
            ask = Ask("POST tags\(query)", headers, body: body)
            self.columns = columns
            self.rows = rows
        }
    }

    static let payloads: [Payload] = [
        Payload("", [:], #"{"id":1,"name":"x"}"#, [0, 1], [[.integer(1), .text("x")]]),
        Payload("", ["content-type": "application/json; charset=utf-8"], #"{"name":null}"#, [1], [[.null]]),
        Payload("", [:], "{}", [], [[]]),
        Payload(
            "", [:], #"[{"id":1,"name":"x"},{"name":"y","id":"2"}]"#, [0, 1], [[.integer(1), .text("x")], [.integer(2), .text("y")]]),
        Payload("", [:], #"{"id":1,"id":2}"#, [0], [[.integer(2)]]),
        Payload(
            "?columns=%22name%22,%22id%22", [:], #"[{"id":1,"extra":true},{"name":"y"}]"#, [1, 0],
            [[.null, .integer(1)], [.text("y"), .null]]),
        Payload(
            "?columns=id,name", ["prefer": "missing=default"], #"[{"id":1},{"name":null}]"#, [0, 1], [[.integer(1), nil], [nil, .null]]),
        Payload("?columns=id", ["prefer": "missing=null"], "[{}]", [0], [[.null]]),
        Payload("", [:], #"{"name":{"a":[1, 2]}}"#, [1], [[.text(#"{"a":[1,2]}"#)]]),
        Payload("", [:], #"{"name":1.50}"#, [1], [[.text("1.50")]]),
        Payload(
            "", ["content-type": "text/csv"], "id,name\r\n1,\"a,\"\"b\"\n2,NULL\n", [0, 1],
            [[.integer(1), .text("a,\"b")], [.integer(2), .null]]),
        Payload("", ["content-type": "application/x-www-form-urlencoded"], "id=7&name=a+b%26", [0, 1], [[.integer(7), .text("a b&")]]),
    ]

    @Test("payloads become rows", arguments: payloads)
    func plansRows(payload: Payload) throws {
        let (mutation, _) = try payload.ask.mutation()
        guard case .insert(let insert) = mutation.kind else { throw PlanMismatch() }
        #expect(insert.columns == payload.columns)
        #expect(insert.rows == payload.rows)
        #expect(insert.conflict == nil)
    }

    @Test("values are typed as PostgreSQL types them")
    func typesValues() throws {
        let body = """
            {"id":"\(Self.id.uppercased())","file_size":"42","is_recorded":1,"metadata":{"b": 1, "a": null},"tags":["x",null],\
            "started_at":"2026-01-15T10:00:00.400Z","cost":2.50,"upload_speed":"1e2","thumbnail":"\\\\xDEAD","user_id":null}
            """
        let (mutation, _) = try Ask("POST upload_queue", body: body).mutation()
        guard case .insert(let insert) = mutation.kind, let row = insert.rows.first else { throw PlanMismatch() }
        #expect(insert.columns == [0, 4, 10, 9, 12, 11, 8, 7, 13, 1])
        #expect(
            row == [
                .text(Self.id), .integer(42), .integer(1), .text(#"{"a":null,"b":1}"#), .text(#"["x",null]"#),
                .text("2026-01-15T10:00:00.4+00:00"), .text("2.50"), .real(100), .blob([0xde, 0xad]), .null,
            ])
    }

    @Test("upserts name their conflict columns")
    func plansUpserts() throws {
        func conflict(_ ask: Ask) throws -> Mutation.Conflict? {
            guard case .insert(let insert) = try ask.mutation().0.kind else { throw PlanMismatch() }
            return insert.conflict
        }
        #expect(try conflict(Ask("POST profiles", ["prefer": "resolution=merge-duplicates"], body: "{}")) == .merge(columns: [0]))
        #expect(
            try conflict(Ask("POST profiles?on_conflict=email", ["prefer": "resolution=ignore-duplicates,return=minimal"], body: "{}"))
                == .ignore(columns: [1]))
        #expect(
            try conflict(Ask("POST video_tags?on_conflict=tag_id,video_id", ["prefer": "resolution=merge-duplicates"], body: "{}"))
                == .merge(columns: [1, 0]))
        #expect(try conflict(Ask("POST profiles?on_conflict=email", body: "{}")) == nil)
        #expect(try conflict(Ask("PUT tags?id=eq.1", body: #"{"id":1,"name":"x"}"#)) == .merge(columns: [0]))
    }

    @Test("updates and deletes take filters, logic and empty bodies")
    func plansFilters() throws {
        guard
            case .delete(let delete) = try Ask("DELETE upload_queue?status=in.(completed,failed)&started_at=lt.2026-01-16", body: "{}")
                .mutation().0.kind
        else { throw PlanMismatch() }
        #expect(
            delete.predicate
                == .and([
                    .isIn(column: 5, [.text("completed"), .text("failed")]),
                    .compare(column: 11, .less, .text("2026-01-16T00:00:00+00:00")),
                ]))
        guard case .delete(let all) = try Ask("DELETE tags").mutation().0.kind else { throw PlanMismatch() }
        #expect(all.predicate == .always)
        guard case .update(let update) = try Ask("PATCH tags?or=(id.eq.1,name.is.null)&limit=1", body: #"[{"name":"x"}]"#).mutation().0.kind
        else {
            throw PlanMismatch()
        }
        #expect(update.predicate == .or([.compare(column: 0, .equal, .integer(1)), .isNull(column: 1)]))
    }

    @Test("returning follows preferences and media type")
    func plansReturning() throws {
        func returning(_ headers: [String: String]) throws -> Mutation.Returning {
            guard case .update(let update) = try Ask("PATCH tags?id=eq.1", headers, body: #"{"name":"x"}"#).mutation().0.kind else {
                throw PlanMismatch()
            }
            return update.returning
        }
        let object = "application/vnd.pgrst.object+json"
        #expect(try returning(["prefer": "return=minimal"]) == .init())
        #expect(try returning(["prefer": "return=representation"]) == .init(rows: true))
        #expect(try returning(["accept": object]) == .init(single: true))
        #expect(try returning(["accept": object, "prefer": "return=representation"]) == .init(rows: true, single: true))
        #expect(try returning(["prefer": "handling=strict, max-affected=3"]) == .init(maxAffected: 3))
        #expect(try returning(["prefer": "max-affected=3"]) == .init())
    }

    struct Reply: Sendable, CustomTestStringConvertible {
        var ask: Ask
        var applied: Applied
        var status: Int
        var headers: [String: String]
        var body: String
        init(
            _ line: String, _ headers: [String: String], _ applied: Applied, _ status: Int, _ answer: [String: String], _ body: String = ""
        ) {
            ask = Ask(line, headers, body: line.hasPrefix("DELETE") ? "" : #"{"id":1}"#)
            self.applied = applied
            self.status = status
            self.headers = answer
            self.body = body
        }
        var testDescription: String { ask.testDescription }
    }

    private static let one = Applied(affected: 1, inserted: 1, rows: [row], sequence: SequenceNumber(9))
    private static let two = Applied(affected: 2, inserted: 0, rows: [other, row])
    private static let none = Applied(affected: 0)
    private static let json = "application/json; charset=utf-8"
    private static let representation = ["prefer": "return=representation"]

    static let replies: [Reply] = [
        Reply("POST tags", [:], one, 201, ["Content-Range": "*/*", "Sluice-Sequence": "9"]),
        Reply("POST tags", ["prefer": "count=exact"], one, 201, ["Content-Range": "*/1", "Preference-Applied": "count=exact"]),
        Reply(
            "POST tags", representation, one, 201,
            ["Content-Range": "*/*", "Content-Type": json, "Preference-Applied": "return=representation"], #"[{"id":1,"name":"red"}]"#),
        Reply("POST tags?select=name", representation, one, 201, [:], #"[{"name":"red"}]"#),
        Reply("POST tags?select=label:name,id::text", representation, one, 201, [:], #"[{"label":"red","id":"1"}]"#),
        Reply(
            "POST tags", ["prefer": "return=representation", "accept": "application/vnd.pgrst.object+json"], one, 201,
            ["Content-Type": "application/vnd.pgrst.object+json; charset=utf-8"], #"{"id":1,"name":"red"}"#),
        Reply(
            "POST tags", ["prefer": "return=headers-only"], one, 201,
            ["Location": "/tags?id=eq.1", "Preference-Applied": "return=headers-only"]),
        Reply("POST tags", ["prefer": "return=minimal"], one, 201, ["Preference-Applied": "return=minimal"]),
        Reply("POST tags", ["prefer": "resolution=merge-duplicates"], one, 201, ["Preference-Applied": "resolution=merge-duplicates"]),
        Reply("POST tags", ["prefer": "resolution=merge-duplicates"], two, 200, [:]),
        Reply(
            "POST tags", ["prefer": "resolution=merge-duplicates,return=representation"], two, 200,
            ["Preference-Applied": "resolution=merge-duplicates, return=representation"], #"[{"id":2,"name":"blue"},{"id":1,"name":"red"}]"#
        ),
        Reply("POST tags", ["prefer": "resolution=ignore-duplicates,return=representation"], none, 201, [:], "[]"),
        Reply(
            "POST tags", ["prefer": "return=representation", "content-profile": "public"], one, 201, ["Content-Profile": "public"],
            #"[{"id":1,"name":"red"}]"#),
        Reply(
            "POST tags", ["prefer": "count=none,tx=rollback,timezone=UTC,missing=default"], one, 201,
            ["Preference-Applied": "missing=default"]),
        Reply("PATCH tags", [:], two, 204, ["Content-Range": "0-1/*"]),
        Reply("PATCH tags", ["prefer": "count=exact"], two, 204, ["Content-Range": "0-1/2", "Preference-Applied": "count=exact"]),
        Reply("PATCH tags", [:], none, 204, ["Content-Range": "*/*"]),
        Reply("PATCH tags", ["prefer": "count=exact,return=representation"], none, 200, ["Content-Range": "*/0"], "[]"),
        Reply(
            "PATCH tags?order=id", representation, two, 200, ["Content-Range": "0-1/*"], #"[{"id":1,"name":"red"},{"id":2,"name":"blue"}]"#),
        Reply(
            "PATCH tags?order=name.desc", ["prefer": "return=representation", "accept": "text/csv"], two, 200,
            ["Content-Type": "text/csv; charset=utf-8"], "id,name\n1,red\n2,blue"),
        Reply("PATCH tags", ["accept": "application/vnd.pgrst.object+json"], one, 204, ["Content-Range": "0-0/*"]),
        Reply(
            "PATCH tags", ["prefer": "handling=strict,max-affected=5,return=minimal"], two, 204,
            ["Preference-Applied": "return=minimal, handling=strict, max-affected=5"]),
        Reply("DELETE tags", [:], two, 204, ["Content-Range": "*/*"]),
        Reply("DELETE tags", ["prefer": "count=exact"], two, 204, ["Content-Range": "*/2"]),
        Reply(
            "DELETE tags", ["prefer": "return=representation"], two, 200, ["Content-Range": "*/*", "Content-Type": json],
            #"[{"id":2,"name":"blue"},{"id":1,"name":"red"}]"#),
        Reply("PUT tags?id=eq.1", [:], one, 204, [:]),
        Reply("PUT tags?id=eq.1", representation, one, 201, [:], #"[{"id":1,"name":"red"}]"#),
        Reply("PUT tags?id=eq.1", representation, two, 200, [:], #"[{"id":2,"name":"blue"},{"id":1,"name":"red"}]"#),
    ]

    @Test("outcomes become answers", arguments: replies)
    func answers(reply: Reply) throws {
        let (_, plan) = try reply.ask.mutation()
        let response = plan.response(for: .done(reply.applied))
        #expect(response.status == reply.status)
        #expect(response.text == reply.body)
        for (name, value) in reply.headers { #expect(response.header(name) == value) }
        if reply.body.isEmpty { #expect(response.header("Content-Type") == nil) }
        if reply.status == 204 { #expect(response.header("Content-Profile") == nil) }
        if reply.ask.line.hasPrefix("PUT") { #expect(response.header("Content-Range") == nil) }
    }

    @Test(
        "the affected rows show rows of other tables as they stand after the write",
        arguments: [
            ("select=id,profiles(email)", #"[{"id":"\#(id)","profiles":{"email":"alice@example.org"}}]"#),
            ("select=p:profiles(is_admin),progress", #"[{"p":{"is_admin":false},"progress":45}]"#),
            ("select=progress,...profiles(mail:email)", #"[{"progress":45,"mail":"alice@example.org"}]"#),
            ("select=profiles(videos(title))", #"[{"profiles":{"videos":[{"title":"One"}]}}]"#),
            ("select=progress,profiles(email)&profiles.email=eq.x", #"[{"progress":45,"profiles":null}]"#),
            ("select=progress,profiles!inner(email)&profiles.email=eq.x", "[]"),
            (
                "select=progress,profiles!inner(email)&profiles.email=like.a*",
                #"[{"progress":45,"profiles":{"email":"alice@example.org"}}]"#
            ),
        ])
    func embeds(query: String, body: String) throws {
        let ask = Ask("PATCH upload_queue?id=eq.\(Self.id)&\(query)", ["prefer": "return=representation"], body: #"{"progress":45}"#)
        let (mutation, plan) = try ask.mutation()
        guard case .update(let update) = mutation.kind else { throw PlanMismatch() }
        #expect(update.predicate == .compare(column: 0, .equal, .text(Self.id)))
        #expect(plan.needsReader)
        let row = Row((0..<14).map { [0: .text(Self.id), 1: .text(Fixture.alice), 6: .integer(45)][$0] ?? .null })
        let done = Outcome.done(Applied(affected: 1, rows: [row], sequence: SequenceNumber(9)))
        let response = try plan.response(for: done, on: TemporaryDatabase().reader)
        #expect(response.text == body)
        #expect(response.status == 200 && response.header("Content-Range") == "0-0/*" && response.header("Sluice-Sequence") == "9")
        #expect(plan.responseWithoutReader(for: done).status == 500)
        #expect(plan.responseWithoutReader(for: .rejected(Rejection(code: "23505", message: "m"))).status == 409)
    }

    @Test(
        "what changes nothing is answered at once",
        arguments: [
            ("POST tags", [:], "[]", 201, "*/*", ""), ("POST tags", ["prefer": "resolution=merge-duplicates"], "[]", 200, "*/*", ""),
            ("POST tags", ["prefer": "return=representation"], "[]", 201, "*/*", "[]"), ("PATCH tags", [:], "{}", 204, "*/*", ""),
            ("PATCH tags", ["prefer": "return=representation"], "[]", 200, "*/*", "[]"),
            ("PATCH tags?columns=id", [:], "[]", 204, "*/*", ""),
        ] as [(String, [String: String], String, Int, String, String)])
    func answersNothing(line: String, headers: [String: String], body: String, status: Int, range: String, text: String) throws {
        let response = try Ask(line, headers, body: body).answer()
        #expect(response.status == status && response.header("Content-Range") == range && response.text == text)
    }

    @Test("an idempotency key carries a digest of what is asked")
    func digestsRequests() throws {
        func key(_ line: String, _ body: String) throws -> IdempotencyKey? {
            try Ask(line, ["idempotency-key": "k1"], body: body).mutation().0.idempotency
        }
        let first = try key("POST tags", #"{"id":1}"#)
        #expect(first?.key == Array("k1".utf8) && first?.digest.count == 32)
        #expect(try key("POST tags", #"{"id":1}"#) == first)
        #expect(try key("POST tags", #"{"id":2}"#) != first)
        #expect(try key("POST tags?select=id", #"{"id":1}"#) != first)
        #expect(try key("POST rpc/forget", "{}") != nil)
    }
}
