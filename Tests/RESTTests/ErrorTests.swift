import Access
import Engine
import JSON
import REST
import SQLite
import Store
import Testing

@Suite("Refusals")
struct ErrorTests {
    struct Expectation: Sendable, CustomTestStringConvertible {
        var ask: Ask
        var status: Int
        var code: String
        var message: String
        var details: String?
        var hint: String?

        init(_ ask: Ask, _ status: Int, _ code: String, _ message: String, details: String? = nil, hint: String? = nil) {
            self.ask = ask
            self.status = status
            self.code = code
            self.message = message
            self.details = details
            self.hint = hint
        }

        init(_ line: String, _ status: Int, _ code: String, _ message: String, details: String? = nil, hint: String? = nil) {
            self.init(Ask(line), status, code, message, details: details, hint: hint)
        }

        var testDescription: String { ask.testDescription }
    }

    private static let noOperator = "No operator matches the given name and argument types. You might need to add explicit type casts."
    private static let stranger = Claims(role: Role(rawValue: "nobody"), subject: nil)
    private static let json = ["content-type": "application/json"]

    static let requests: [Expectation] = [
        .init("GET ", 404, "PGRST126", "Root endpoint metadata is disabled"),
        .init("GET a/b", 404, "PGRST125", "Invalid path specified in request URL"),
        .init("GET rpc/a/b", 404, "PGRST125", "Invalid path specified in request URL"),
        .init("TRACE tags", 405, "PGRST117", "Unsupported HTTP method: TRACE"),
        .init("DELETE rpc/add", 405, "PGRST101", "Cannot use the DELETE method on RPC"),
        .init("PATCH rpc/add", 405, "PGRST101", "Cannot use the PATCH method on RPC"),
        .init(
            Ask("GET tags", ["accept-profile": "x"]), 406, "PGRST106", "Invalid schema: x",
            hint: "Only the following schemas are exposed: public"),
        .init(
            Ask("POST tags", ["content-profile": "x"]), 406, "PGRST106", "Invalid schema: x",
            hint: "Only the following schemas are exposed: public"),
        .init("GET nowhere", 404, "PGRST205", "Could not find the table 'public.nowhere' in the schema cache"),
        .init(
            "GET upload_queues", 404, "PGRST205", "Could not find the table 'public.upload_queues' in the schema cache",
            hint: "Perhaps you meant the table 'public.upload_queue'"),
        .init("GET TAGS", 404, "PGRST205", "Could not find the table 'public.TAGS' in the schema cache"),
        .init(
            Ask("GET tags", ["accept": "text/html, image/png"]), 406, "PGRST107",
            "None of these media types are available: text/html, image/png"),
        .init(
            Ask("GET tags", ["accept": "application/vnd.pgrst.plan+text; for=\"application/json\""]), 406, "PGRST107",
            "None of these media types are available: application/vnd.pgrst.plan+text;for=\"application/json\""),
        .init(
            Ask("GET tags", ["prefer": "handling=strict, count=none, nonsense"]), 400, "PGRST122",
            "Invalid preferences given with handling=strict", details: "Invalid preferences: count=none, nonsense"),
        .init(
            Ask("GET tags", ["prefer": "handling=strict, timezone=America/Lima"]), 400, "PGRST122",
            "Invalid preferences given with handling=strict", details: "Invalid preferences: timezone=America/Lima"),
        .init(Ask("GET tags", as: stranger), 401, "22023", "role \"nobody\" does not exist"),
        .init("GET secrets", 403, "42501", "permission denied for table secrets"),
        .init(Ask("GET secrets", as: Ask.anon), 401, "42501", "permission denied for table secrets"),
        .init(Ask("POST secrets", body: "{}"), 403, "42501", "permission denied for table secrets"),
        .init(Ask("DELETE secrets", as: Ask.anon), 401, "42501", "permission denied for table secrets"),
    ]

    static let queries: [Expectation] = [
        .init(
            "GET upload_queue?progress=5", 400, "PGRST100", "\"failed to parse filter (5)\" (line 1, column 1)",
            details: "unexpected \"5\" expecting \"not\" or operator (eq, gt, ...)"),
        .init(
            "GET upload_queue?progress=", 400, "PGRST100", "\"failed to parse filter ()\" (line 1, column 1)",
            details: "unexpected end of input expecting \"not\" or operator (eq, gt, ...)"),
        .init(
            "GET upload_queue?progress=not.5", 400, "PGRST100", "\"failed to parse filter (not.5)\" (line 1, column 5)",
            details: "unexpected \"5\" expecting operator (eq, gt, ...)"),
        .init(
            "GET upload_queue?progress=eq", 400, "PGRST100", "\"failed to parse filter (eq)\" (line 1, column 1)",
            details: "unexpected \"e\" expecting \"not\" or operator (eq, gt, ...)"),
        .init(
            "GET upload_queue?progress=is.maybe", 400, "PGRST100", "\"failed to parse filter (is.maybe)\" (line 1, column 4)",
            details: "unexpected \"m\" expecting null, not_null, true, false or unknown"),
        .init(
            "GET upload_queue?progress=in.1,2", 400, "PGRST100", "\"failed to parse filter (in.1,2)\" (line 1, column 4)",
            details: "unexpected \"1\" expecting \"(\""),
        .init(
            "GET upload_queue?select=id,,x", 400, "PGRST100", "\"failed to parse select parameter (id,,x)\" (line 1, column 4)",
            details: "unexpected \",\" expecting field name (* or [a..z0..9_$])"),
        .init(
            "GET upload_queue?select=id(", 400, "PGRST100", "\"failed to parse select parameter (id()\" (line 1, column 4)",
            details: "unexpected end of input expecting field name (* or [a..z0..9_$])"),
        .init(
            "GET upload_queue?order=id.up", 400, "PGRST100", "\"failed to parse order (id.up)\" (line 1, column 4)",
            details: "unexpected \"u\" expecting asc, desc, nullsfirst or nullslast"),
        .init(
            "GET upload_queue?or=(a.eq.1", 400, "PGRST100", "\"failed to parse logic tree ((a.eq.1)\" (line 1, column 8)",
            details: "unexpected end of input expecting \",\" or \")\""),
        .init(
            "GET upload_queue?or=id.eq.1", 400, "PGRST100", "\"failed to parse logic tree (id.eq.1)\" (line 1, column 1)",
            details: "unexpected \"i\" expecting \"(\""),
        .init(
            "GET upload_queue?or=()", 400, "PGRST100", "\"failed to parse logic tree (())\" (line 1, column 2)",
            details: "unexpected \")\" expecting field name (* or [a..z0..9_$])"),
        .init(
            "GET upload_queue?a.=eq.1", 400, "PGRST100", "\"failed to parse tree path (a.)\" (line 1, column 3)",
            details: "unexpected end of input expecting field name (* or [a..z0..9_$])"),
        .init(
            "POST upload_queue?columns=a,,b", 400, "PGRST100", "\"failed to parse columns parameter (a,,b)\" (line 1, column 3)",
            details: "unexpected \",\" expecting field name (* or [a..z0..9_$])"),
        .init(
            "POST upload_queue?on_conflict=,", 400, "PGRST100", "\"failed to parse on_conflict parameter (,)\" (line 1, column 1)",
            details: "unexpected \",\" expecting field name (* or [a..z0..9_$])"),
        .init(
            "GET upload_queue?limit=-1", 416, "PGRST103", "Requested range not satisfiable",
            details: "Limit should be greater than or equal to zero."),
        .init(
            Ask("GET upload_queue", ["range": "3-1"]), 416, "PGRST103", "Requested range not satisfiable",
            details: "The lower boundary must be lower than or equal to the upper boundary in the Range header."),
        .init("GET upload_queue?nope=eq.1", 400, "42703", "column upload_queue.nope does not exist"),
        .init("GET upload_queue?select=nope", 400, "42703", "column upload_queue.nope does not exist"),
        .init("GET upload_queue?order=nope", 400, "42703", "column upload_queue.nope does not exist"),
        .init("GET upload_queue?or=(nope.eq.1)", 400, "42703", "column upload_queue.nope does not exist"),
        .init("GET upload_queue?select=profiles(nope)", 400, "42703", "column profiles_1.nope does not exist"),
        .init("GET upload_queue?select=id::nonsense", 400, "42704", "type \"nonsense\" does not exist"),
        .init("GET upload_queue?select=filename::integer", 400, "22P02", "invalid input syntax for type integer: \"a.mp4\""),
        .init("GET upload_queue?id=eq.x", 400, "22P02", "invalid input syntax for type uuid: \"x\""),
        .init("GET upload_queue?progress=eq.null", 400, "22P02", "invalid input syntax for type integer: \"null\""),
        .init("GET upload_queue?progress=eq.3000000000", 400, "22003", "value \"3000000000\" is out of range for type integer"),
        .init("GET upload_queue?is_recorded=eq.perhaps", 400, "22P02", "invalid input syntax for type boolean: \"perhaps\""),
        .init(
            "GET upload_queue?started_at=gte.yesterdayish", 400, "22007",
            "invalid input syntax for type timestamp with time zone: \"yesterdayish\""),
        .init("GET upload_queue?started_at=gte.2026-02-30", 400, "22008", "date/time field value out of range: \"2026-02-30\""),
        .init(
            "GET upload_queue?metadata->size=eq.x", 400, "22P02", "invalid input syntax for type jsonb", details: "Token \"x\" is invalid."),
        .init("GET upload_queue?progress=like.*5*", 404, "42883", "operator does not exist: integer ~~ unknown", hint: noOperator),
        .init("GET upload_queue?id=ilike.a*", 404, "42883", "operator does not exist: uuid ~~* unknown", hint: noOperator),
        .init("GET upload_queue?progress=is.true", 400, "42804", "argument of IS TRUE must be type boolean, not type integer"),
        .init("GET upload_queue?filename=match.a", 400, "PGRST127", "Feature not implemented", details: "operator match"),
        .init("GET upload_queue?filename=plfts(english).a", 400, "PGRST127", "Feature not implemented", details: "operator plfts"),
        .init("GET upload_queue?filename=cs.a", 404, "42883", "operator does not exist: text @> unknown", hint: noOperator),
        .init("GET upload_queue?metadata=ov.1", 404, "42883", "operator does not exist: jsonb && unknown", hint: noOperator),
        .init(
            "GET upload_queue?metadata=cs.%7Bx", 400, "22P02", "invalid input syntax for type jsonb", details: "Token \"x\" is invalid."),
        .init("PATCH upload_queue?tags=cs.%7Ba%7D", 400, "PGRST102", "Empty or invalid json"),
        .init(
            "DELETE upload_queue?tags=cs.%7Ba%7D", 400, "PGRST127", "Feature not implemented",
            details: "a filter on a JSON path, or cs, cd or ov, in a write or on a function"),
        .init("GET upload_queue?tags=sl.%7Ba%7D", 400, "PGRST127", "Feature not implemented", details: "operator sl"),
        .init("GET upload_queue?select=progress.sum()", 400, "PGRST123", "Use of aggregate functions is not allowed"),
        .init("GET upload_queue?select=count()", 400, "PGRST123", "Use of aggregate functions is not allowed"),
        .init(
            "GET upload_queue?select=nowhere(id)", 400, "PGRST200",
            "Could not find a relationship between 'upload_queue' and 'nowhere' in the schema cache",
            details:
                "Searched for a foreign key relationship between 'upload_queue' and 'nowhere' in the schema 'public', but no matches were found."
        ),
        .init(
            "GET upload_queue?select=profiles!wrong(id)", 400, "PGRST200",
            "Could not find a relationship between 'upload_queue' and 'profiles' in the schema cache",
            details:
                "Searched for a foreign key relationship between 'upload_queue' and 'profiles' using the hint 'wrong' in the schema 'public', but no matches were found."
        ),
        .init(
            "GET upload_queue?profiles.email=eq.x", 400, "PGRST108", "'profiles' is not an embedded resource in this request",
            hint: "Verify that 'profiles' is included in the 'select' query parameter."),
        .init(
            "GET upload_queue?profiles.limit=1", 400, "PGRST108", "'profiles' is not an embedded resource in this request",
            hint: "Verify that 'profiles' is included in the 'select' query parameter."),
        .init(
            "GET upload_queue?order=profiles(email)", 400, "PGRST108", "'profiles' is not an embedded resource in this request",
            hint: "Verify that 'profiles' is included in the 'select' query parameter."),
        .init(
            "GET profiles?select=upload_queue(id)&order=upload_queue(id)", 400, "PGRST118",
            "A related order on 'upload_queue' is not possible",
            details: "'profiles' and 'upload_queue' do not form a many-to-one or one-to-one relationship"),
        .init(
            "GET upload_queue?id=in.(\(Array(repeating: Fixture.alice, count: 101).joined(separator: ",")))", 400, "54000",
            "too many values in a list", details: "The limit is 100.", hint: "Split the request."),
        .init(
            "GET upload_queue?" + Array(repeating: "progress=eq.1", count: 21).joined(separator: "&"), 400, "54000", "too many filters",
            details: "The limit is 20.", hint: "Split the request."),
    ]

    static let writes: [Expectation] = [
        .init(Ask("POST tags"), 400, "PGRST102", "Empty or invalid json"),
        .init(Ask("POST tags", body: "{"), 400, "PGRST102", "Empty or invalid json"),
        .init(Ask("PATCH tags", body: "nonsense"), 400, "PGRST102", "Empty or invalid json"),
        .init(Ask("POST tags", body: #"[{"id":1},{"name":"x"}]"#), 400, "PGRST102", "All object keys must match"),
        .init(Ask("POST tags", body: #"[{"id":1},{"id":2,"name":"x"}]"#), 400, "PGRST102", "All object keys must match"),
        .init(Ask("POST tags", body: "[1]"), 400, "PGRST102", "All object keys must match"),
        .init(Ask("POST tags", ["content-type": "text/html"], body: "{}"), 400, "PGRST102", "Content-Type not acceptable: text/html"),
        .init(
            Ask("POST tags", ["content-type": "text/csv"], body: "id,name\n1"), 400, "PGRST102", "All lines must have same number of fields"
        ),
        .init(Ask("POST tags", body: #"{"nope":1}"#), 400, "PGRST204", "Could not find the 'nope' column of 'tags' in the schema cache"),
        .init(Ask("PATCH tags", body: #"{"nope":1}"#), 400, "PGRST204", "Could not find the 'nope' column of 'tags' in the schema cache"),
        .init(
            Ask("POST tags?columns=id,nope", body: "{}"), 400, "PGRST204", "Could not find the 'nope' column of 'tags' in the schema cache"),
        .init(Ask("POST upload_queue", body: #"{"progress":12.5}"#), 400, "22P02", "invalid input syntax for type integer: \"12.5\""),
        .init(Ask("PATCH upload_queue", body: #"{"progress":true}"#), 400, "22P02", "invalid input syntax for type integer: \"true\""),
        .init(
            Ask("PATCH upload_queue", body: #"{"progress":3000000000}"#), 400, "22003",
            "value \"3000000000\" is out of range for type integer"),
        .init(
            Ask("PATCH upload_queue", body: #"{"filename":"a\u0000"}"#), 400, "22P05", "unsupported Unicode escape sequence",
            details: "\\u0000 cannot be converted to text."),
        .init(Ask("PATCH upload_queue?nope=eq.1", body: #"{"progress":1}"#), 400, "42703", "column upload_queue.nope does not exist"),
        .init(
            Ask("PATCH upload_queue?select=nope", ["prefer": "return=representation"], body: #"{"progress":1}"#), 400, "42703",
            "column upload_queue.nope does not exist"),
        .init(
            Ask("PATCH upload_queue?metadata->>a=eq.1", body: #"{"progress":1}"#), 400, "PGRST127", "Feature not implemented",
            details: "a filter on a JSON path, or cs, cd or ov, in a write or on a function"),
        .init(
            Ask("PATCH upload_queue?select=profiles(nope)", ["prefer": "return=representation"], body: #"{"progress":1}"#), 400, "42703",
            "column profiles_1.nope does not exist"),
        .init(
            Ask("PATCH upload_queue?select=*,profiles(email)&owner.email=eq.x", body: #"{"progress":1}"#), 400, "PGRST108",
            "'owner' is not an embedded resource in this request",
            hint: "Verify that 'owner' is included in the 'select' query parameter."),
        .init(
            Ask("PATCH upload_queue?profiles.email=eq.x", body: #"{"progress":1}"#), 400, "PGRST108",
            "'profiles' is not an embedded resource in this request",
            hint: "Verify that 'profiles' is included in the 'select' query parameter."),
        .init(
            Ask("POST tags?on_conflict=name", ["prefer": "resolution=merge-duplicates"], body: #"{"name":"x"}"#), 400, "42P10",
            "there is no unique or exclusion constraint matching the ON CONFLICT specification"),
        .init(
            Ask("POST tags?on_conflict=nope", ["prefer": "resolution=merge-duplicates"], body: #"{"name":"x"}"#), 400, "42703",
            "column tags.nope does not exist"),
        .init(
            Ask("POST tags", ["prefer": "resolution=merge-duplicates"], body: #"[{"id":1},{"id":1}]"#), 500, "21000",
            "ON CONFLICT DO UPDATE command cannot affect row a second time",
            hint: "Ensure that no rows proposed for insertion within the same command have duplicate constrained values."),
        .init(
            Ask("PUT tags?id=eq.1&limit=1", body: #"{"id":1}"#), 400, "PGRST114",
            "limit/offset querystring parameters are not allowed for PUT"),
        .init(
            Ask("PUT tags?id=gt.1", body: #"{"id":1}"#), 405, "PGRST105",
            "Filters must include all and only primary key columns with 'eq' operators"),
        .init(
            Ask("PUT tags?id=eq.1&name=eq.x", body: #"{"id":1}"#), 405, "PGRST105",
            "Filters must include all and only primary key columns with 'eq' operators"),
        .init(Ask("PUT tags?id=eq.1", body: #"{"id":2}"#), 400, "PGRST115", "Payload values do not match URL in primary key column(s)"),
        .init(
            Ask("POST tags", ["idempotency-key": ""], body: "{}"), 400, "idempotency_key_invalid",
            "Idempotency-Key must be 1 to 64 bytes long"),
        .init(
            Ask("POST tags", ["idempotency-key": String(repeating: "x", count: 65)], body: "{}"), 400, "idempotency_key_invalid",
            "Idempotency-Key must be 1 to 64 bytes long"),
        .init(
            Ask("PATCH tags", ["accept": "application/vnd.pgrst.object+json"], body: "{}"), 406, "PGRST116",
            "Cannot coerce the result to a single JSON object", details: "The result contains 0 rows"),
    ]

    static let calls: [Expectation] = [
        .init(
            Ask("POST rpc/nope", body: #"{"b":1,"a":2}"#), 404, "PGRST202",
            "Could not find the function public.nope(a, b) in the schema cache",
            details:
                "Searched for the function public.nope with parameters a, b or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache."
        ),
        .init(
            Ask("POST rpc/stop_uploads", body: "{}"), 404, "PGRST202",
            "Could not find the function public.stop_uploads without parameters in the schema cache",
            details:
                "Searched for the function public.stop_uploads without parameters or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.",
            hint: "Perhaps you meant to call the function public.stop_upload(upload_id, reason)"),
        .init(
            Ask("POST rpc/add", body: #"{"b":1}"#), 404, "PGRST202", "Could not find the function public.add(b) in the schema cache",
            details:
                "Searched for the function public.add with parameter b or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.",
            hint: "Perhaps you meant to call the function public.add(a, b)"),
        .init(
            Ask("POST rpc/add", body: #"{"a":1,"c":1}"#), 404, "PGRST202",
            "Could not find the function public.add(a, c) in the schema cache",
            details:
                "Searched for the function public.add with parameters a, c or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.",
            hint: "Perhaps you meant to call the function public.add(a, b)"),
        .init(
            "GET rpc/add?c=1", 404, "PGRST202", "Could not find the function public.add(c) in the schema cache",
            details: "Searched for the function public.add with parameter c, but no matches were found in the schema cache.",
            hint: "Perhaps you meant to call the function public.add(a, b)"),
        .init(Ask("POST rpc/add", body: #"{"a":"x"}"#), 400, "22P02", "invalid input syntax for type integer: \"x\""),
        .init(Ask("POST rpc/add", body: "{"), 400, "PGRST102", "Empty or invalid json"),
        .init(
            Ask("POST rpc/stop_upload", body: #"{"upload_id":"x"}"#, as: Ask.anon), 401, "42501",
            "permission denied for function stop_upload"),
        .init(Ask("GET rpc/stop_upload?upload_id=x", as: Ask.anon), 401, "42501", "permission denied for function stop_upload"),
        .init(
            "GET rpc/active?select=*,profiles(email)", 400, "PGRST127", "Feature not implemented",
            details: "embedding 'profiles' in what a function gives back"),
        .init("GET rpc/stop_upload?upload_id=\(Fixture.upload(1))", 405, "25006", "cannot execute UPDATE in a read-only transaction"),
        .init("GET rpc/stop_all_uploads", 405, "25006", "cannot execute DELETE in a read-only transaction"),
        .init(Ask("POST rpc/stop_all_uploads", as: Ask.anon), 401, "42501", "permission denied for function stop_all_uploads"),
        .init(Ask("POST rpc/stop_all_uploads", as: Ask.alice), 403, "42501", "permission denied for function stop_all_uploads"),
        .init(Ask("GET rpc/peek?upload_id=\(Fixture.upload(3))", as: Ask.alice), 403, "42501", "permission denied for function peek"),
        .init(Ask("GET rpc/peek?upload_id=\(Fixture.upload(3))"), 403, "42501", "permission denied for function peek"),
        .init(
            Ask("POST rpc/add", ["prefer": "handling=strict,max-affected=1"], body: #"{"a":1}"#), 400, "PGRST128",
            "Function must return SETOF or TABLE when max-affected preference is used with handling=strict"),
        .init(
            Ask("POST rpc/active", ["prefer": "handling=strict,max-affected=1"]), 400, "PGRST124",
            "Query result exceeds max-affected preference constraint", details: "The query affects 3 rows"),
        .init(
            Ask("POST rpc/stop_some", ["accept": "application/vnd.pgrst.object+json"]), 400, "PGRST127", "Feature not implemented",
            details: "a single object or max-affected of a writing function that returns a set"),
        .init("GET rpc/active?nope=eq.1", 400, "42703", "column bug_reports.nope does not exist"),
        .init("GET rpc/stats?select=nope", 400, "42703", "column stats.nope does not exist"),
    ]

    @Test("of the request as a whole", arguments: requests)
    func refusesRequests(expected: Expectation) throws { try check(expected) }

    @Test("of query strings", arguments: queries)
    func refusesQueries(expected: Expectation) throws { try check(expected) }

    @Test("of bodies and writes", arguments: writes)
    func refusesWrites(expected: Expectation) throws { try check(expected) }

    @Test("of calls", arguments: calls)
    func refusesCalls(expected: Expectation) throws { try check(expected) }

    private func check(_ expected: Expectation) throws {
        let response = try expected.ask.answer()
        let error = RequestError(
            code: expected.code, message: expected.message, details: expected.details.map(RequestError.Details.text), hint: expected.hint,
            status: expected.status)
        #expect(response.status == expected.status)
        #expect(response.text == String(decoding: error.body, as: UTF8.self))
        #expect(response.header("Proxy-Status") == "PostgREST; error=\(expected.code)")
        #expect(response.header("Content-Type") == "application/json; charset=utf-8")
        #expect((response.header("WWW-Authenticate") != nil) == (expected.status == 401))
    }

    @Test("limits of 0 are off")
    func obeysLimits() throws {
        let service = Fixture.service {
            $0.inValues = 0
            $0.filterTerms = 0
        }
        let values = Array(repeating: "1", count: 150).joined(separator: ",")
        let filters = Array(repeating: "id=gt.0", count: 30).joined(separator: "&")
        #expect(try Ask("GET tags?id=in.(\(values))&\(filters)").answer(service).status == 200)
    }

    @Test("list every candidate when an embed is ambiguous")
    func listsCandidates() throws {
        let response = try Ask("GET transfers?select=profiles(email)").answer()
        #expect(response.status == 300)
        #expect(
            response.text == #"""
                {"code":"PGRST201","details":[{"cardinality":"many-to-one","embedding":"transfers with profiles","relationship":"transfers_giver_id_fkey using transfers(giver_id) and profiles(id)"},{"cardinality":"many-to-one","embedding":"transfers with profiles","relationship":"transfers_taker_id_fkey using transfers(taker_id) and profiles(id)"}],"hint":"Try changing 'profiles' to one of the following: 'profiles!transfers_giver_id_fkey', 'profiles!transfers_taker_id_fkey'. Find the desired relationship in the 'details' key.","message":"Could not embed because more than one relationship was found for 'transfers' and 'profiles'"}
                """#)
    }

    @Test(
        "of the engine get their status from the code",
        arguments: [
            ("23505", 409), ("23503", 409), ("23514", 400), ("23502", 400), ("42501", 403), ("22P02", 400), ("P0001", 400), ("PT418", 418),
            ("PT999", 400), ("25006", 405), ("21000", 500), ("53100", 503), ("53400", 503), ("57014", 500), ("XX000", 500), ("42883", 404),
            ("PGRST116", 406), ("PGRST124", 400), ("idempotency_key_reused", 422),
        ])
    func mapsStatus(code: String, status: Int) throws {
        let (_, plan) = try Ask("DELETE tags").mutation()
        let response = plan.response(for: .rejected(Rejection(code: code, message: "m", details: "d", hint: "h")))
        #expect(response.status == status)
        #expect(response.text == #"{"code":"\#(code)","details":"d","hint":"h","message":"m"}"#)
        #expect(response.header("Retry-After") == (status == 503 ? "1" : nil))
    }

    @Test("of the engine are 401 for want of privilege when nobody signed in")
    func mapsAnonymous() throws {
        let (_, plan) = try Ask("DELETE tags", as: Ask.anon).mutation()
        let response = plan.response(for: .rejected(Rejection(code: "42501", message: "m")))
        #expect(response.status == 401)
        #expect(response.header("WWW-Authenticate") == "Bearer")
    }

    @Test("of bodies that are nested too deeply are those of bodies that are no JSON")
    func depth() throws {
        let service = Fixture.service { $0.json.depth = 2 }
        #expect(try Ask("POST tags", body: #"{"id":[1]}"#).answer(service).status == 400)
        let deep = try Ask("POST tags", body: #"{"id":[[1]]}"#).answer(service)
        #expect(deep.status == 400)
        #expect(deep.text.hasPrefix(#"{"code":"PGRST102""#))
    }

    @Test("of tokens name what is wrong with them")
    func mapsTokens() {
        let response = RequestError(TokenError.expired(secondsAgo: 5)).response()
        #expect(response.status == 401)
        #expect(response.header("WWW-Authenticate") == "Bearer error=\"invalid_token\", error_description=\"JWT expired\"")
        #expect(response.text == #"{"code":"PGRST303","details":null,"hint":null,"message":"JWT expired"}"#)
        #expect(RequestError.anonymousAccessIsDisabled.response().header("WWW-Authenticate") == "Bearer")
    }

    @Test("of SQLite keep what a function raised")
    func mapsFaults() {
        let raised = SQLiteError(
            code: .error, message: "x", operation: "y", raised: RaisedError(code: "P0001", message: "no", details: "d"))
        #expect(RequestError(raised, isAnonymous: false) == RequestError(code: "P0001", message: "no", details: .text("d"), status: 400))
        #expect(RequestError(SQLiteError(code: .interrupt, message: "", operation: ""), isAnonymous: false).code == "57014")
        #expect(RequestError(SQLiteError(code: .busy, message: "", operation: ""), isAnonymous: false).status == 503)
    }
}
