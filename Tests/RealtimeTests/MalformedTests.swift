import SQLite
import Store
import Testing

@testable import Realtime

@Suite("Malformed messages")
struct MalformedTests {
    @Test(
        "in vsn 2 are dropped in silence",
        arguments: [
            "", " ", "not json", "null", "5", #""x""#, "{}", "[]", "[null]", #"[null,"1","t","e"]"#, #"[null,"1",5,"e",{}]"#,
            #"[null,"1","t",5,{}]"#,
            #"[null,{},"t","e",{}]"#, #"[[],"1","t","e",{}]"#, #"[null,true,"t","e",{}]"#, #"[null,"1",null,"e",{}]"#,
            #"{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"7"}"#, "[null,\"1\",\"phoenix\",\"heartbeat\",{}", "\u{FEFF}[]",
            String(repeating: "[", count: 100) + String(repeating: "]", count: 100),
            #"[null,"\#(String(repeating: "1", count: 300))","phoenix","heartbeat",{}]"#,
            #"[null,"1","realtime:\#(String(repeating: "x", count: 300))","phx_join",{}]"#,
        ])
    func two(_ text: String) throws { try expectSilence(.two) { $0.say(text) } }

    @Test(
        "in vsn 1 are dropped in silence",
        arguments: [
            "", "[]", "{}", #"{"topic":"phoenix","event":"heartbeat","payload":{}}"#, #"{"topic":"phoenix","event":"heartbeat","ref":"1"}"#,
            #"{"topic":"phoenix","payload":{},"ref":"1"}"#, #"{"event":"heartbeat","payload":{},"ref":"1"}"#,
            #"{"topic":1,"event":"heartbeat","payload":{},"ref":"1"}"#, #"{"topic":"phoenix","event":[],"payload":{},"ref":"1"}"#,
            #"{"topic":"phoenix","event":"heartbeat","payload":{},"ref":{}}"#, #"[null,"7","phoenix","heartbeat",{}]"#,
        ])
    func one(_ text: String) throws { try expectSilence(.one) { $0.say(text) } }

    @Test(
        "binary ones, too",
        arguments: [
            [], [3], [3, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0], [4, 1, 1, 0, 1, 0x61, 0x62], [3, 1, 0, 0, 0, 0, 0],
            [3, 255, 255, 255, 255, 255, 255, 1],
            [3, 0, 0, 1, 0, 0, 1, 0x61, 0x7b], [3, 0, 0, 1, 1, 0, 0, 0x61, 0xff], [3, 0, 0, 1, 0, 2, 0, 0x61, 0x5b, 0x5d],
            [3, 0, 0, 1, 0, 0, 1, 0x61],
        ] as [[UInt8]])
    func binary(_ bytes: [UInt8]) throws { try expectSilence(.two) { $0.say(bytes: bytes) } }

    @Test("vsn 1 has no binary frames") func binaryInVersionOne() throws {
        try expectSilence(.one) { $0.say(bytes: [3, 0, 0, 1, 0, 0, 0, 0x61]) }
    }

    private func expectSilence(_ version: ProtocolVersion, _ speak: (World) -> Void) throws {
        let world = try World([])
        world.open(1, version)
        speak(world)
        #expect(world.heard() == [])
        #expect(world.outlet.closed.isEmpty)
        #expect(world.hub.counters.malformed == 1)
    }

    @Test("a message of a connection that is not there is ignored") func unknown() throws {
        let world = try World([])
        world.say("[]")
        world.hub.closed(SessionID(rawValue: 1))
        world.hub.drained(SessionID(rawValue: 1))
        world.hub.dropped(SessionID(rawValue: 1), tag: 0, mark: 0)
        world.hub.timer(0)
        world.hub.timer(.max)
        #expect(world.hub.counters == RealtimeCounters())
    }

    /// Client frames of the transcripts and of our own additions.
    private static let texts: [String] = [
        #"["6","6","realtime:queue","phx_join",{"config":{"broadcast":{"ack":false,"self":false,"replay":{"since":1,"limit":2}},"presence":{"key":"","enabled":true},"postgres_changes":[{"event":"INSERT","schema":"public","table":"upload_queue","filter":"status=in.(a,\"b\\\"\"),id=not.eq.5","select":["id"],"since":0,"epoch":"00000000000000e2","leave":true,"sequence":true},{"event":"*","schema":"public","table":"upload_queue"}],"private":false},"access_token":"a.b.c","version":"realtime-js/2.112.2"}]"#,
        #"["6","9","realtime:queue","access_token",{"access_token":"x.y.z"}]"#, #"[null,"7","phoenix","heartbeat",{}]"#,
        #"["6","8","realtime:q","presence",{"type":"presence","event":"track","payload":{"user":"u1"}}]"#,
        #"["6","8","realtime:q","broadcast",{"type":"broadcast","event":"x","payload":{"user":"u1"}}]"#,
        #"["6","8","realtime:q","update",{"table":"upload_queue","values":{"progress":0.5},"filter":"id=eq.7","idempotency_key":"k"}]"#,
        #"["6","8","realtime:q","insert",{"table":"upload_queue","values":[{"id":"x"}],"returning":true}]"#,
        #"["6","8","realtime:q","rpc",{"event":"f","payload":{"a":1}}]"#,
        #"{"event":"phx_join","payload":{"config":{"postgres_changes":[{"event":"INSERT","schema":"public","table":"upload_queue","filter":"status=eq.queued"}]},"access_token":"<anon-jwt>"},"topic":"realtime:queue","ref":"1","join_ref":"1"}"#,
        #"{"event":"broadcast","payload":{"type":"broadcast","event":"hello","payload":{"n":1}},"topic":"realtime:q","ref":"2","join_ref":"1"}"#,
    ]

    @Test("no prefix and no damage of a recorded frame traps", arguments: texts.indices) func damage(_ index: Int) throws {
        let bytes = Array(Self.texts[index].utf8)
        var limits = RealtimeLimits()
        (limits.joinsPerSecond, limits.channelsPerConnection) = (0, 0)
        let world = try World([Tables.uploads()], limits: limits)
        let session = world.open(1, index < 8 ? .two : .one)
        world.join()
        var dice = Dice(UInt64(index))
        for length in 0...bytes.count { world.hub.received(session, Array(bytes.prefix(length)), binary: length % 2 == 0 && length < 40) }
        for _ in 0..<3000 {
            var damaged = bytes
            for _ in 0...dice.roll(3) {
                let place = dice.roll(damaged.count)
                switch dice.roll(4) {
                case 0: damaged[place] = UInt8(dice.roll(256))
                case 1: damaged.remove(at: place)
                case 2: damaged.insert(Array(#"",.()[]{}\=0123456789"#.utf8)[dice.roll(21)], at: place)
                default: damaged.replaceSubrange(place..., with: damaged[..<place])
                }
                if damaged.isEmpty { break }
            }
            world.hub.received(session, damaged, binary: false)
        }
        world.commit([Draft(table: world.schema.tables[0], old: nil, new: Tables.row(1, "a"))])
        world.outlet.pass(milliseconds: 5000)
        world.hub.closed(session)
        #expect(world.hub.channelCount == 0)
        #expect(world.hub.audienceCount == 0)
    }

    @Test("no prefix and no damage of a binary frame traps") func binaryDamage() throws {
        let bytes: [UInt8] = [3, 1, 1, 14, 5, 10, 1] + Array(#"67realtime:smokehello{"id":"x"}{"n":1}"#.utf8)
        let world = try World([])
        let session = world.open()
        world.join(topic: "smoke")
        var dice = Dice(1)
        for length in 0...bytes.count { world.hub.received(session, Array(bytes.prefix(length)), binary: true) }
        for _ in 0..<20_000 {
            var damaged = bytes
            damaged[dice.roll(bytes.count)] = UInt8(dice.roll(256))
            damaged[dice.roll(7)] = UInt8(dice.roll(256))
            world.hub.received(session, damaged, binary: true)
            world.outlet.now += 10_000
        }
        #expect(world.hub.channelCount == 1)
    }

    @Test(
        "versions of the protocol",
        arguments: [
            (nil, ProtocolVersion.one), ("1.0.0", .one), ("1.0.7", .one), ("2.0.0", .two), ("2.0.12", .two), ("", nil), ("1", nil),
            ("2.0", nil),
            ("1.1.0", nil), ("3.0.0", nil), ("2.0.0-rc", nil), ("2.0.x", nil), ("2.0.01", nil), ("2.0.0.0", nil), ("2.0.", nil),
            (" 2.0.0", nil),
        ] as [(String?, ProtocolVersion?)])
    func versions(_ query: String?, _ version: ProtocolVersion?) { #expect(ProtocolVersion(query: query) == version) }
}
