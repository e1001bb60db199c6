import Store
import Testing

@testable import Realtime

/// The frames of frames recorded from realtime-js 2.112 and realtime-py 2.34. Our own additions to the reference are the last keys of a row
/// change and of a join's response.
@Suite("Transcripts")
struct TranscriptTests {
    private static let columns =
        #"[{"name":"id","type":"int8"},{"name":"file_name","type":"text"},{"name":"status","type":"text"},"#
        + #"{"name":"progress","type":"float8"},{"name":"created_at","type":"timestamptz"}]"#

    private static func data(_ type: String, _ time: String, _ records: String, _ sequence: Int) -> String {
        #"{"schema":"public","table":"upload_queue","type":"\#(type)","commit_timestamp":"\#(time)","columns":\#(columns),\#(records),"#
            + #""errors":null,"sequence":\#(sequence),"epoch":"00000000000000e2","actor":{"role":"system","sub":null}}"#
    }

    private static func record(_ status: String, _ progress: String) -> String {
        #"{"id":7,"file_name":"a.bin","status":"\#(status)","progress":\#(progress),"created_at":"2026-11-20T09:30:00.123456+00:00"}"#
    }

    private static let bindings =
        #"[{"event":"INSERT","schema":"public","table":"upload_queue","filter":"status=eq.queued"},"#
        + #"{"event":"*","schema":"public","table":"upload_queue"}]"#

    private func world(_ version: ProtocolVersion) throws -> World {
        let world = try World([Tables.uploads()])
        world.open(1, version)
        return world
    }

    /// The ids that a join's bindings got.
    private func ids(_ message: String) -> [String] {
        message.components(after: #"{"id":"#).map { String($0.prefix { $0.isNumber }) }
    }

    @Test("a join, and an insert, an update and a delete, in vsn 2") func rowsInVersionTwo() throws {
        let world = try world(.two)
        world.say(
            #"["6","6","realtime:queue","phx_join",{"config":{"broadcast":{"ack":false,"self":false},"presence":{"key":"","enabled":false},"#
                + #""postgres_changes":\#(Self.bindings),"private":false},"version":"realtime-js/2.112.2"}]"#)
        let answers = world.heard()
        let ids = ids(answers[0])
        #expect(
            answers == [
                #"["6","6","realtime:queue","phx_reply",{"status":"ok","response":{"postgres_changes":[{"id":\#(ids[0]),"event":"INSERT","#
                    + #""schema":"public","table":"upload_queue","filter":"status=eq.queued"},{"id":\#(ids[1]),"event":"*","schema":"public","#
                    + #""table":"upload_queue"}],"sequence":0,"epoch":"00000000000000e2"}}]"#,
                #"["6",null,"realtime:queue","system",{"extension":"postgres_changes","status":"ok","message":"Subscribed to PostgreSQL","#
                    + #""channel":"queue"}]"#,
            ])
        changeRows(world)
        #expect(
            world.heard() == [
                #"[null,null,"realtime:queue","postgres_changes",{"ids":[\#(ids[0]),\#(ids[1])],"data":\#(Self.inserted)}]"#,
                #"[null,null,"realtime:queue","postgres_changes",{"ids":[\#(ids[1])],"data":\#(Self.updated)}]"#,
                #"[null,null,"realtime:queue","postgres_changes",{"ids":[\#(ids[1])],"data":\#(Self.deleted)}]"#,
            ])
    }

    @Test("the same in vsn 1") func rowsInVersionOne() throws {
        let world = try world(.one)
        world.say(
            #"{"event":"phx_join","payload":{"config":{"broadcast":{"ack":false,"self":false},"presence":{"key":"","enabled":false},"#
                + #""private":false,"postgres_changes":\#(Self.bindings)}},"topic":"realtime:queue","ref":"1","join_ref":"1"}"#)
        let answers = world.heard()
        let ids = ids(answers[0])
        #expect(
            answers == [
                #"{"topic":"realtime:queue","event":"phx_reply","payload":{"status":"ok","response":{"postgres_changes":[{"id":\#(ids[0]),"#
                    + #""event":"INSERT","schema":"public","table":"upload_queue","filter":"status=eq.queued"},{"id":\#(ids[1]),"event":"*","#
                    + #""schema":"public","table":"upload_queue"}],"sequence":0,"epoch":"00000000000000e2"}},"ref":"1"}"#,
                #"{"topic":"realtime:queue","event":"system","payload":{"extension":"postgres_changes","status":"ok","message":"#
                    + #""Subscribed to PostgreSQL","channel":"queue"},"ref":null}"#,
            ])
        changeRows(world)
        #expect(
            world.heard() == [
                #"{"topic":"realtime:queue","event":"postgres_changes","payload":{"ids":[\#(ids[0]),\#(ids[1])],"data":\#(Self.inserted)},"ref":null}"#,
                #"{"topic":"realtime:queue","event":"postgres_changes","payload":{"ids":[\#(ids[1])],"data":\#(Self.updated)},"ref":null}"#,
                #"{"topic":"realtime:queue","event":"postgres_changes","payload":{"ids":[\#(ids[1])],"data":\#(Self.deleted)},"ref":null}"#,
            ])
    }

    private func changeRows(_ world: World) {
        let table = world.schema.tables[0]
        world.commit([Draft(table: table, old: nil, new: Tables.row(7, "queued"))])
        world.commit([
            Draft(table: table, old: Tables.row(7, "queued"), new: Tables.row(7, "uploading", 0.5), time: World.start + 878_000)
        ])
        world.commit([Draft(table: table, old: Tables.row(7, "uploading", 0.5), new: nil, time: World.start + 2_376_999)])
    }

    private static let inserted = data("INSERT", "2026-11-20T09:30:00.124Z", #""record":\#(record("queued", "0"))"#, 1)
    private static let updated = data(
        "UPDATE", "2026-11-20T09:30:01.002Z", #""record":\#(record("uploading", "0.5")),"old_record":{"id":7}"#, 2)
    private static let deleted = data("DELETE", "2026-11-20T09:30:02.500Z", #""old_record":{"id":7}"#, 3)

    struct Exchange: Sendable, CustomTestStringConvertible {
        let name: String
        let version: ProtocolVersion
        /// Said one after the other.
        let said: [String]
        let heard: [String]
        var delay = 0
        var closes: UInt16?
        var testDescription: String { "\(name), vsn \(version.rawValue)" }
    }

    private static let joinTwo = #"["6","6","realtime:smoke","phx_join",{}]"#
    private static let joinedTwo =
        #"["6","6","realtime:smoke","phx_reply",{"status":"ok","response":{"postgres_changes":[],"sequence":0,"epoch":"00000000000000e2"}}]"#
    private static let joinOne = #"{"event":"phx_join","payload":{},"topic":"realtime:smoke","ref":"1","join_ref":"1"}"#
    private static let joinedOne =
        #"{"topic":"realtime:smoke","event":"phx_reply","payload":{"status":"ok","response":{"postgres_changes":[],"sequence":0,"#
        + #""epoch":"00000000000000e2"}},"ref":"1"}"#

    static let exchanges: [Exchange] = [
        Exchange(
            name: "heartbeat", version: .two, said: [#"[null,"7","phoenix","heartbeat",{}]"#],
            heard: [#"[null,"7","phoenix","phx_reply",{"status":"ok","response":{}}]"#]),
        Exchange(
            name: "heartbeat", version: .one, said: [#"{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"7"}"#],
            heard: [#"{"topic":"phoenix","event":"phx_reply","payload":{"status":"ok","response":{}},"ref":"7"}"#]),
        Exchange(
            name: "heartbeat without a ref", version: .one,
            said: [#"{"event":"heartbeat","payload":{},"topic":"phoenix","ref":null,"join_ref":null}"#],
            heard: [#"{"topic":"phoenix","event":"phx_reply","payload":{"status":"ok","response":{}},"ref":null}"#]),
        Exchange(
            name: "leave", version: .two, said: [joinTwo, #"["6","7","realtime:smoke","phx_leave",{}]"#],
            heard: [
                joinedTwo, #"["6","7","realtime:smoke","phx_reply",{"status":"ok","response":{}}]"#,
                #"["6","6","realtime:smoke","phx_close",{}]"#,
            ]),
        Exchange(
            name: "leave", version: .one,
            said: [joinOne, #"{"event":"phx_leave","payload":{},"topic":"realtime:smoke","ref":"4","join_ref":"1"}"#],
            heard: [
                joinedOne, #"{"topic":"realtime:smoke","event":"phx_reply","payload":{"status":"ok","response":{}},"ref":"4"}"#,
                #"{"topic":"realtime:smoke","event":"phx_close","payload":{},"ref":"1"}"#,
            ]),
        Exchange(
            name: "leave of a topic never joined", version: .two, said: [#"[null,"12","realtime:never-joined","phx_leave",{}]"#],
            heard: [#"[null,"12","realtime:never-joined","phx_reply",{"status":"ok","response":{}}]"#]),
        Exchange(
            name: "an event on a topic that is not joined", version: .two, said: [#"["6","20","realtime:q","broadcast",{}]"#],
            heard: [#"[null,"20","realtime:q","phx_reply",{"status":"error","response":{"reason":"unmatched topic"}}]"#]),
        Exchange(
            name: "an event on a topic that is not joined", version: .one,
            said: [#"{"topic":"realtime:q","event":"broadcast","payload":{},"ref":"20"}"#],
            heard: [
                #"{"topic":"realtime:q","event":"phx_reply","payload":{"status":"error","response":{"reason":"unmatched topic"}},"ref":"20"}"#
            ]),
        Exchange(
            name: "a join outside of realtime:", version: .two, said: [#"["1","1","room:q","phx_join",{}]"#],
            heard: [#"[null,"1","room:q","phx_reply",{"status":"error","response":{"reason":"unmatched topic"}}]"#]),
        Exchange(name: "an unknown event", version: .two, said: [joinTwo, #"["6","7","realtime:smoke","what",{}]"#], heard: [joinedTwo]),
        Exchange(
            name: "a stale join_ref is answered", version: .two, said: [joinTwo, #"["2","7","realtime:smoke","phx_leave",{}]"#],
            heard: [
                joinedTwo, #"["6","7","realtime:smoke","phx_reply",{"status":"ok","response":{}}]"#,
                #"["6","6","realtime:smoke","phx_close",{}]"#,
            ]),
        Exchange(
            name: "a second join of a topic takes it over without phx_close", version: .two,
            said: [joinTwo, #"["9","9","realtime:smoke","phx_join",{}]"#, #"["9","10","realtime:smoke","phx_leave",{}]"#],
            heard: [
                joinedTwo,
                #"["9","9","realtime:smoke","phx_reply",{"status":"ok","response":{"postgres_changes":[],"sequence":0,"epoch":"00000000000000e2"}}]"#,
                #"["9","10","realtime:smoke","phx_reply",{"status":"ok","response":{}}]"#, #"["9","9","realtime:smoke","phx_close",{}]"#,
            ]),
        Exchange(
            name: "a join without a name", version: .two, said: [#"["6","6","realtime:","phx_join",{}]"#],
            heard: [
                #"["6","6","realtime:","phx_reply",{"status":"error","response":{"reason":"TopicNameRequired: You must provide a topic name"}}]"#
            ], delay: 1000),
        Exchange(
            name: "presence", version: .two,
            said: [
                #"["6","6","realtime:smoke","phx_join",{"config":{"presence":{"key":"","enabled":true}}}]"#,
                #"["6","8","realtime:smoke","presence",{"type":"presence","event":"track","payload":{"user":"u1"}}]"#,
                #"["6","9","realtime:smoke","presence",{"type":"presence","event":"untrack"}]"#,
                #"["6","10","realtime:smoke","presence",{"type":"presence","event":"track","payload":1}]"#,
                #"["6","11","realtime:smoke","presence",{"type":"presence","event":"what"}]"#,
            ],
            heard: [
                joinedTwo, #"["6",null,"realtime:smoke","presence_state",{}]"#,
                #"["6","8","realtime:smoke","phx_reply",{"status":"ok","response":{}}]"#,
                #"["6","9","realtime:smoke","phx_reply",{"status":"ok","response":{}}]"#,
                #"["6","10","realtime:smoke","phx_reply",{"status":"error","response":{"reason":"Presence track payload must be a map"}}]"#,
                #"["6","11","realtime:smoke","phx_reply",{"status":"error","response":{}}]"#,
            ]),
        Exchange(
            name: "presence", version: .one,
            said: [
                #"{"event":"phx_join","payload":{"config":{"presence":{"enabled":"TRUE"}}},"topic":"realtime:smoke","ref":"1"}"#,
                #"{"event":"presence","payload":{"event":"track","payload":{"user":"u1"}},"topic":"realtime:smoke","ref":"3","join_ref":"1"}"#,
            ],
            heard: [
                joinedOne, #"{"topic":"realtime:smoke","event":"presence_state","payload":{},"ref":null}"#,
                #"{"topic":"realtime:smoke","event":"phx_reply","payload":{"status":"ok","response":{}},"ref":"3"}"#,
            ]),
    ]

    @Test("exchanges on one connection", arguments: exchanges) func exchange(_ exchange: Exchange) throws {
        let world = try world(exchange.version)
        for text in exchange.said { world.say(text) }
        if exchange.delay > 0 {
            world.outlet.pass(milliseconds: exchange.delay - 1)
            #expect(world.heard() == [])
            world.outlet.pass(milliseconds: 1)
        }
        #expect(world.heard() == exchange.heard)
        #expect(world.outlet.closed.map(\.code) == (exchange.closes.map { [$0] } ?? []))
    }

    @Test("a drain tells every channel and closes with 1012") func drain() throws {
        let world = try world(.two)
        world.join()
        world.hub.drain()
        #expect(
            world.heard() == [
                #"[null,null,"realtime:q","system",{"extension":"system","status":"ok","message":"Server requested disconnect"}]"#
            ])
        #expect(world.outlet.closed.map(\.code) == [1012])
        world.say(#"["2","2","realtime:r","phx_join",{}]"#)
        world.outlet.pass(milliseconds: 1000)
        #expect(world.heard()[0].contains("RealtimeRestarting: Realtime is restarting, please standby"))
    }
}

extension String {
    /// What follows each occurrence of `mark`.
    func components(after mark: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: mark) {
            rest = rest[range.upperBound...]
            parts.append(rest)
        }
        return parts
    }
}
