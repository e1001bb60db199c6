import JSON
import Store
import Testing

@testable import Realtime

@Suite("Bindings")
struct BindingTests {
    struct Told: Sendable, CustomTestStringConvertible {
        let binding: String
        let message: String
        init(_ binding: String, _ message: String) { (self.binding, self.message) = (binding, message) }
        var testDescription: String { binding }
    }

    private static let unable = "Unable to subscribe to changes with given parameters. "
    private static let check = unable + "Please check Realtime is enabled for the given connect parameters: "
    private static let exception = unable + "An exception happened so please check your connect parameters: "
    private static let nothing = "No subscription params provided. Please provide at least a `schema` or `table` to subscribe to: "

    @Test(
        "a bad binding is echoed with an id and told as a system error",
        arguments: [
            Told(
                #"{"event":"*","schema":"public","table":"upload_queue","filter":"wrong"}"#, #"Error parsing `filter` params: ["wrong"]"#),
            Told(
                #"{"table":"upload_queue","schema":"public","filter":"status=match.a"}"#,
                "Error parsing `filter` params: operator match is not supported"),
            Told(
                #"{"event":"*","schema":"public","table":"nope"}"#,
                check + "[event: *, schema: public, table: nope, filters: [], select: nil]"),
            Told(
                #"{"event":"insert","schema":"other","table":"upload_queue","select":["id","x"]}"#,
                check + #"[event: INSERT, schema: other, table: upload_queue, filters: [], select: ["id", "x"]]"#),
            Told(
                #"{"schema":"public","table":"silent"}"#,
                check + "[event: *, schema: public, table: silent, filters: [], select: nil]"),
            Told(
                #"{"schema":"public","table":"undeclared"}"#,
                check + "[event: *, schema: public, table: undeclared, filters: [], select: nil]"),
            Told(
                #"{"schema":"public","table":"upload_queue","filter":"subject=eq.hey"}"#,
                exception + #"[event: *, schema: public, table: upload_queue, filters: [{"subject", "eq", "hey", false}], select: nil]. "#
                    + "Exception: ERROR P0001 (raise_exception) invalid column for filter subject"),
            Told(
                #"{"schema":"public","table":"upload_queue","filter":"id=not.in.(1,hey)"}"#,
                exception + #"[event: *, schema: public, table: upload_queue, filters: [{"id", "in", "{1,hey}", true}], select: nil]. "#
                    + #"Exception: ERROR 22P02 (invalid_text_representation) invalid input syntax for type bigint: "hey""#),
            Told(
                #"{"schema":"public","table":"upload_queue","select":["nope"]}"#,
                exception + #"[event: *, schema: public, table: upload_queue, filters: [], select: ["nope"]]. "#
                    + "Exception: ERROR P0001 (raise_exception) invalid column for select nope"),
            Told(
                #"{"schema":"public","table":"upload_queue","select":"id"}"#,
                #"Error parsing `select` params: expected a list of column name strings, e.g. select: ["col1", "col2"]"#),
            Told(
                #"{"schema":"*","table":"*","select":["id"]}"#,
                "Column selection is not supported for wildcard subscriptions. Provide an explicit schema and table name."),
            Told("{}", nothing + "%{}"), Told(#"{"event":"*"}"#, nothing + #"%{"event" => "*"}"#),
            Told(#"{"schema":"public","filter":"id=eq.1"}"#, nothing + #"%{"filter" => "id=eq.1", "schema" => "public"}"#),
            Told(#"{"table":5,"schema":"public"}"#, nothing + #"%{"schema" => "public", "table" => 5}"#),
            Told(
                #"{"schema":"public","table":"upload_queue","filter":null}"#,
                nothing + #"%{"filter" => nil, "schema" => "public", "table" => "upload_queue"}"#),
            Told(#"{"user_token":"x"}"#, nothing + "<redacted>"),
        ])
    func told(_ told: Told) throws {
        let world = try World([
            Tables.uploads(), Tables.uploads(id: 2, name: "silent") { $0.isRealtime = false },
            Tables.make(id: 3, name: "undeclared", [("id", .int8)], nil),
        ])
        world.open()
        world.say(#"["1","1","realtime:q","phx_join",{"config":{"postgres_changes":[\#(told.binding)]}}]"#)
        let messages = world.outlet.take(SessionID(rawValue: 1))
        #expect(messages.count == 2)
        #expect(messages[0].event?.payload["status"]?.equals("ok") == true)
        let echo = messages[0].event?.payload["response"]?["postgres_changes"]?[0]
        #expect((echo?["id"]?.int64 ?? 0) > 0)
        let notice = messages[1].event
        #expect(notice?.name == "system")
        #expect(notice?.payload["status"]?.string == "error")
        #expect(notice?.payload["extension"]?.string == "postgres_changes")
        #expect(notice?.payload["channel"]?.string == "q")
        #expect(notice?.payload["message"]?.string == told.message)
    }

    @Test("one bad binding leaves the others live") func others() throws {
        let world = try World([Tables.uploads()])
        world.open()
        world.say(
            #"["1","1","realtime:q","phx_join",{"config":{"postgres_changes":["#
                + #"{"table":"upload_queue","schema":"public","filter":"wrong"},null,{"table":"upload_queue","schema":"public"}]}}]"#)
        let messages = world.outlet.take(SessionID(rawValue: 1))
        #expect(messages.map { $0.event?.payload["status"]?.string } == ["ok", "error", "ok"])
        #expect(messages[0].event?.payload["response"]?["postgres_changes"]?.count == 2)
        world.commit([Draft(table: world.schema.tables[0], old: nil, new: Tables.row(1, "a"))])
        #expect(world.outlet.take(SessionID(rawValue: 1)).map(\.sequence) == [1])
    }

    @Test("only the keys that came are echoed, as they were written, and equal bindings have one id") func echo() throws {
        let world = try World([Tables.uploads()])
        world.open()
        let binding = #"{"event":"Insert","table":"upload_queue","x":[1.50,"\u00e9"],"id":"mine"}"#
        world.say(#"["1","1","realtime:q","phx_join",{"config":{"postgres_changes":[\#(binding), \#(binding)]}}]"#)
        let reply = world.outlet.take(SessionID(rawValue: 1))[0]
        let echoes = reply.event?.payload["response"]?["postgres_changes"]?.elements ?? []
        #expect(echoes.count == 2)
        let id = echoes[0]["id"]?.int64 ?? 0
        #expect(1...(1 << 27) ~= id)
        let text = #"{"id":\#(id),"event":"Insert","table":"upload_queue","x":[1.50,"\u00e9"]}"#
        #expect(echoes.map { String(decoding: $0.raw, as: UTF8.self) } == [text, text])
        world.commit([Draft(table: world.schema.tables[0], old: nil, new: Tables.row(1, "a"))])
        #expect(world.outlet.take(SessionID(rawValue: 1))[0].event?.payload["ids"]?.elements.map(\.int64) == [id])
    }

    @Test("a taken id moves on, and around") func collisions() {
        #expect(BindingID(rawValue: 1 << 27).next == BindingID(rawValue: 1))
        let id = BindingID(of: Array("x".utf8))
        #expect(id.next.rawValue == id.rawValue % (1 << 27) + 1)
    }

    struct Shape: Sendable {
        let binding: String
        let columns: [String]
        let record: String
    }

    @Test(
        "selected columns, with the key, and our own additions to records",
        arguments: [
            Shape(binding: #""select":["status"]"#, columns: ["id", "status"], record: #"{"id":1,"status":"a"}"#),
            Shape(
                binding: #""select":["progress","status","status"]"#, columns: ["id", "status", "progress"],
                record: #"{"id":1,"status":"a","progress":0}"#),
            Shape(
                binding: #""select":["id"],"sequence":true"#, columns: ["id"],
                record: #"{"id":1,"_sequence":1,"_epoch":"00000000000000e2"}"#),
            Shape(
                binding: #""select":[5]"#, columns: ["id", "file_name", "status", "progress", "created_at"],
                record: #"{"id":1,"file_name":"a.bin","status":"a","progress":0,"created_at":"2026-11-20T09:30:00.123456+00:00"}"#),
        ])
    func select(_ shape: Shape) throws {
        let world = try World([Tables.uploads()])
        world.open()
        world.join(#"[{"schema":"public","table":"upload_queue",\#(shape.binding)}]"#)
        world.commit([Draft(table: world.schema.tables[0], old: nil, new: Tables.row(1, "a"))])
        let data = world.outlet.take(SessionID(rawValue: 1))[0].event?.payload["data"]
        #expect(data?["columns"]?.elements.compactMap { $0["name"]?.string } == shape.columns)
        #expect(data.flatMap { $0["record"].map { String(decoding: $0.raw, as: UTF8.self) } } == shape.record)
    }

    @Test("bindings of other columns get frames of their own") func shapes() throws {
        let world = try World([Tables.uploads()])
        world.open()
        world.join(
            #"[{"schema":"public","table":"upload_queue","select":["id"]},{"schema":"public","table":"upload_queue"},"#
                + #"{"schema":"public","table":"upload_queue","filter":"status=eq.a"}]"#)
        world.commit([Draft(table: world.schema.tables[0], old: nil, new: Tables.row(1, "a"))])
        #expect(world.outlet.take(SessionID(rawValue: 1)).map { $0.event?.payload["ids"]?.count } == [1, 2])
    }

    @Test(
        "every table, by wildcard",
        arguments: [#"{"schema":"public"}"#, #"{"schema":"*","table":"*"}"#, #"{"schema":"public","table":"*"}"#])
    func wildcard(_ binding: String) throws {
        let world = try World([Tables.uploads(), Tables.uploads(id: 2, name: "other")])
        world.open()
        world.join("[\(binding)]")
        world.commit(world.schema.tables.map { Draft(table: $0, old: nil, new: Tables.row(1, "a")) })
        let tables = world.outlet.take(SessionID(rawValue: 1)).map { $0.event?.payload["data"]?["table"]?.string }
        #expect(tables == ["upload_queue", "other"])
    }

    @Test("a change over 1 MiB goes out in the 413 form") func tooLarge() throws {
        let world = try World([Tables.uploads()])
        world.open()
        world.join(#"[{"schema":"public","table":"upload_queue"}]"#)
        let name = String(repeating: "x", count: 1_048_576)
        world.commit([Draft(table: world.schema.tables[0], old: nil, new: Tables.row(1, "a", name: name))])
        let data = world.outlet.take(SessionID(rawValue: 1))[0].event?.payload["data"]
        #expect(data?["errors"]?.elements.map(\.string) == ["Error 413: Payload Too Large"])
        #expect(data?["record"]?.members.map(\.key) == ["id", "status", "progress", "created_at"])
    }

    @Test("a frame of vsn 1 never passes 1 MiB, where vsn 2 has the whole row") func tooLargeForPython() throws {
        let world = try World([Tables.uploads()])
        let sessions = [world.open(1, .one), world.open(2, .two)]
        let payload = #"{"config":{"postgres_changes":[{"schema":"public","table":"upload_queue"}]}}"#
        world.say(#"{"event":"phx_join","payload":\#(payload),"topic":"realtime:q","ref":"1"}"#, on: sessions[0])
        world.say(#"["1","1","realtime:q","phx_join",\#(payload)]"#, on: sessions[1])
        _ = sessions.map(world.outlet.take)
        let empty = 560
        for size in stride(from: 1_048_576 - empty, to: 1_048_576, by: 67) {
            let row = Tables.row(1, "a", name: String(repeating: "x", count: size))
            world.commit([Draft(table: world.schema.tables[0], old: nil, new: row)])
            let messages = sessions.map { world.outlet.take($0)[0] }
            #expect(messages[0].payload.count <= 1_048_576)
        }
        #expect(world.hub.counters.changesEncoded > 8)
    }
}
