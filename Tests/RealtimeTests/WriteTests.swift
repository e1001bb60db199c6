import Access
import Engine
import JSON
import SQLite
import Store
import Testing

@testable import Realtime

@Suite("Calls and writes")
struct WriteTests {
    private static let stop = Function(
        name: "stop_upload",
        parameters: [
            .init(name: "upload_id", type: .int8, defaultValue: nil), .init(name: "reason", type: .text, defaultValue: .null),
        ], result: .scalar(.bool), statements: [], isReadOnly: false, roles: [], audit: nil, schedule: nil, leaves: [], description: "")
    private static let list = Function(
        name: "list", parameters: [], result: .setOfRows(table: "upload_queue"), statements: [], isReadOnly: true, roles: [], audit: nil,
        schedule: nil, leaves: [], description: "")

    private func world() throws -> World {
        let world = try World([Tables.uploads()], functions: [Self.stop, Self.list])
        world.open(claims: World.claims(.operator, subject: "me"))
        world.join()
        return world
    }

    private func say(_ world: World, _ event: String, _ payload: String) { world.say(#"["1","5","realtime:q","\#(event)",\#(payload)]"#) }

    @Test(
        "a call, in both places where its fields may stand",
        arguments: [
            #"{"type":"rpc","event":"stop_upload","payload":{"upload_id":7,"reason":"why"}}"#,
            #"{"payload":{"event":"stop_upload","payload":{"upload_id":"7","reason":"why"}}}"#,
        ])
    func call(_ payload: String) throws {
        let world = try world()
        say(world, "rpc", payload)
        #expect(world.heard() == [])
        let mutation = world.outlet.mutations[0]
        #expect(mutation.actor == World.claims(.operator, subject: "me"))
        guard case .call(let call) = mutation.kind, let address = mutation.replyTo else {
            Issue.record("a call")
            return
        }
        #expect(call.arguments == [.integer(7), .text("why")])
        #expect(address.listener == 3)
        world.hub.replied(address.token, .done(Applied(result: [Row([.integer(1)])], sequence: SequenceNumber(9))))
        #expect(world.heard() == [#"["1","5","realtime:q","phx_reply",{"status":"ok","response":{"result":true,"sequence":9}}]"#])
        world.hub.replied(address.token, .done(Applied()))
        #expect(world.heard() == [])
    }

    @Test("a function that only reads goes to the readers") func readOnly() throws {
        let world = try world()
        say(world, "rpc", #"{"event":"list"}"#)
        #expect(world.outlet.mutations.isEmpty)
        world.hub.replied(world.outlet.readOnlyCalls[0].token, .done(Applied(result: [Tables.row(1, "a")], sequence: SequenceNumber(4))))
        #expect(
            world.heard() == [
                #"["1","5","realtime:q","phx_reply",{"status":"ok","response":{"result":[{"id":1,"file_name":"a.bin","status":"a","progress":0,"#
                    + #""created_at":"2026-11-20T09:30:00.123456+00:00"}],"sequence":4}}]"#
            ])
    }

    @Test("an insert of several rows leaves to defaults what a row does not name") func insert() throws {
        let world = try world()
        say(world, "insert", #"{"table":"upload_queue","values":[{"id":1,"status":"a"},{"status":null,"file_name":"f"}],"returning":true}"#)
        guard case .insert(let insert) = world.outlet.mutations[0].kind else {
            Issue.record("an insert")
            return
        }
        #expect(insert.columns == [0, 2, 1])
        #expect(insert.rows == [[.integer(1), .text("a"), nil], [nil, .null, .text("f")]])
        #expect(insert.returning.rows && insert.conflict == nil)
        let token = world.outlet.mutations[0].replyTo?.token ?? 0
        world.hub.replied(token, .done(Applied(affected: 1, rows: [Tables.row(1, "a")], sequence: SequenceNumber(2))))
        #expect(world.heard()[0].contains(#"{"count":1,"sequence":2,"rows":[{"id":1,"file_name":"a.bin""#))
    }

    @Test("upserts merge by the key unless told otherwise") func upsert() throws {
        let world = try world()
        say(world, "upsert", #"{"payload":{"table":"upload_queue","values":{"id":1}}}"#)
        say(world, "upsert", #"{"table":"upload_queue","values":{"id":1},"on_conflict":"file_name, status","ignore_duplicates":true}"#)
        let conflicts = world.outlet.mutations.map { mutation -> Mutation.Conflict? in
            guard case .insert(let insert) = mutation.kind else { return nil }
            return insert.conflict
        }
        #expect(conflicts == [.merge(columns: [0]), .ignore(columns: [1, 2])])
    }

    @Test("updates and deletes take the filters of bindings") func update() throws {
        let world = try world()
        say(world, "update", #"{"table":"upload_queue","values":{"progress":0.5},"filter":"id=eq.7,status=neq.x","idempotency_key":"k"}"#)
        say(world, "delete", #"{"table":"upload_queue","filter":"id=in.(7)"}"#)
        say(world, "delete", #"{"table":"upload_queue","all":true}"#)
        guard case .update(let update) = world.outlet.mutations[0].kind, case .delete(let delete) = world.outlet.mutations[1].kind,
            case .delete(let all) = world.outlet.mutations[2].kind
        else {
            Issue.record("an update and two deletes")
            return
        }
        #expect(update.assignments == [.init(column: 3, value: .real(0.5))])
        #expect(
            update.predicate
                == .and([.compare(column: 0, .equal, .integer(7)), .compare(column: 2, .notEqual, .text("x"))]))
        #expect(delete.predicate == .isIn(column: 0, [.integer(7)]))
        #expect(all.predicate == .always)
        #expect(world.outlet.mutations[0].idempotency?.key == Array("k".utf8))
        #expect(world.outlet.mutations[0].idempotency?.digest.count == 32)
        #expect(world.outlet.mutations[1].idempotency == nil)
        world.hub.replied(world.outlet.mutations[1].replyTo?.token ?? 0, .done(Applied(affected: 3, sequence: SequenceNumber(5))))
        #expect(world.heard() == [#"["1","5","realtime:q","phx_reply",{"status":"ok","response":{"count":3,"sequence":5}}]"#])
    }

    @Test("equal requests have equal digests, others do not") func digests() throws {
        let world = try world()
        for id in ["7", " 7", "8"] {
            say(world, "update", #"{"table":"upload_queue","values":{"progress":1},"filter":"id=eq.1","x":\#(id),"idempotency_key":"k"}"#)
        }
        let digests = world.outlet.mutations.map { $0.idempotency?.digest }
        #expect(digests[0] == digests[1])
        #expect(digests[0] != digests[2])
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let event: String
        let payload: String
        let code: String
        let message: String
        init(_ event: String, _ payload: String, _ code: String, _ message: String) {
            (self.event, self.payload, self.code, self.message) = (event, payload, code, message)
        }
        var testDescription: String { "\(event) \(payload)" }
    }

    @Test(
        "what cannot be meant is answered with REST's four keys",
        arguments: [
            Refused("rpc", "{}", "PGRST102", "the function's name is missing"),
            Refused(
                "rpc", #"{"event":"nope","payload":{"b":1,"a":2}}"#, "PGRST202",
                "Could not find the function public.nope(a, b) in the schema cache"),
            Refused(
                "rpc", #"{"event":"stop_upload"}"#, "PGRST202",
                "Could not find the function public.stop_upload without parameters in the schema cache"),
            Refused(
                "rpc", #"{"event":"stop_upload","payload":{"upload_id":7,"x":1}}"#, "PGRST202",
                "Could not find the function public.stop_upload(upload_id, x) in the schema cache"),
            Refused(
                "rpc", #"{"event":"stop_upload","payload":{"upload_id":"x"}}"#, "22P02", #"invalid input syntax for type bigint: "x""#),
            Refused("rpc", #"{"event":"stop_upload","payload":[]}"#, "PGRST102", "the arguments must be an object"),
            Refused("insert", "null", "PGRST102", "the table's name is missing"),
            Refused("insert", #"{"table":"nope"}"#, "PGRST205", "Could not find the table 'public.nope' in the schema cache"),
            Refused("insert", #"{"table":"upload_queue"}"#, "PGRST102", "values must be an object, or a list of objects"),
            Refused("insert", #"{"table":"upload_queue","values":[1]}"#, "PGRST102", "values must be an object, or a list of objects"),
            Refused(
                "insert", #"{"table":"upload_queue","values":{"x":1}}"#, "PGRST204",
                "Could not find the 'x' column of 'upload_queue' in the schema cache"),
            Refused("upsert", #"{"table":"upload_queue","values":{"id":1},"on_conflict":"x"}"#, "42703", #"column "x" does not exist"#),
            Refused("update", #"{"table":"upload_queue","values":[]}"#, "PGRST102", "values must be an object"),
            Refused("update", #"{"table":"upload_queue","values":{"id":1}}"#, "21000", "UPDATE requires a WHERE clause"),
            Refused("delete", #"{"table":"upload_queue","filter":" "}"#, "21000", "DELETE requires a WHERE clause"),
            Refused("delete", #"{"table":"upload_queue","filter":"x=eq.1"}"#, "42703", "column upload_queue.x does not exist"),
            Refused("delete", #"{"table":"upload_queue","filter":"wrong"}"#, "PGRST100", #"Error parsing `filter` params: ["wrong"]"#),
            Refused(
                "delete", #"{"table":"upload_queue","filter":"id=like.x"}"#, "42883", "operator does not exist: bigint ~~ unknown"),
            Refused(
                "delete", #"{"table":"upload_queue","filter":"id=eq.1","idempotency_key":""}"#, "22023",
                "idempotency_key must be a string of 1 to 64 bytes"),
        ])
    func refused(_ refused: Refused) throws {
        let world = try world()
        say(world, refused.event, refused.payload)
        let reply = world.outlet.take(SessionID(rawValue: 1)).first?.event?.payload
        #expect(world.outlet.mutations.isEmpty)
        #expect(reply?["status"]?.string == "error")
        #expect(reply?["response"]?.members.map(\.key) == ["code", "message", "details", "hint"])
        #expect(reply?["response"]?["code"]?.string == refused.code)
        #expect(reply?["response"]?["message"]?.string == refused.message)
    }

    @Test("a full mailbox and a refusal by the engine are answered") func rejected() throws {
        let world = try world()
        world.outlet.acceptsWork = false
        say(world, "rpc", #"{"event":"stop_upload","payload":{"upload_id":7}}"#)
        #expect(
            world.heard() == [
                #"["1","5","realtime:q","phx_reply",{"status":"error","response":{"code":"53400","message":"too busy: the queue is full","#
                    + #""details":null,"hint":"Try again after a second."}}]"#
            ])
        world.outlet.acceptsWork = true
        say(world, "rpc", #"{"event":"stop_upload","payload":{"upload_id":7}}"#)
        let token = world.outlet.mutations[0].replyTo?.token ?? 0
        world.hub.replied(token, .rejected(Rejection(code: "42501", message: "permission denied for function stop_upload")))
        #expect(
            world.heard() == [
                #"["1","5","realtime:q","phx_reply",{"status":"error","response":{"code":"42501","#
                    + #""message":"permission denied for function stop_upload","details":null,"hint":null}}]"#
            ])
    }

    @Test("an outcome for a connection that is gone is dropped") func gone() throws {
        let world = try world()
        say(world, "rpc", #"{"event":"stop_upload","payload":{"upload_id":7}}"#)
        world.hub.closed(SessionID(rawValue: 1))
        world.hub.replied(world.outlet.mutations[0].replyTo?.token ?? 0, .done(Applied()))
        #expect(world.heard() == [])
    }
}
