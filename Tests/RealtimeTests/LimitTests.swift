import JSON
import Testing

@testable import Realtime

@Suite("Limits")
struct LimitTests {
    private func refused(_ world: World, _ topic: String, _ reason: String) -> Bool {
        world.outlet.pass(milliseconds: 1000)
        return world.heard()
            == [#"["1","1","realtime:\#(topic)","phx_reply",{"status":"error","response":{"reason":"\#(reason)"}}]"#]
    }

    @Test("too many channels") func channels() throws {
        var limits = RealtimeLimits()
        limits.channelsPerConnection = 2
        let world = try World([], limits: limits)
        world.open()
        for topic in ["a", "b", "b", "c"] { world.join(topic: topic) }
        #expect(refused(world, "c", "ChannelRateLimitReached: Too many channels"))
        #expect(world.hub.channelCount == 2)
        #expect(world.outlet.closed.isEmpty)
    }

    @Test("too many joins in a second close the connection, after a pause in which it is served") func joins() throws {
        var limits = RealtimeLimits()
        limits.joinsPerSecond = 3
        let world = try World([], limits: limits)
        world.open()
        for _ in 0..<4 { world.join() }
        world.say(#"[null,"7","phoenix","heartbeat",{}]"#)
        #expect(world.heard().count == 1)
        #expect(world.outlet.closed.isEmpty)
        #expect(refused(world, "q", "ClientJoinRateLimitReached: Too many joins per second"))
        #expect(world.outlet.closed.map(\.code) == [1001])
    }

    @Test("joins are counted per second") func joinsLater() throws {
        var limits = RealtimeLimits()
        limits.joinsPerSecond = 3
        let world = try World([], limits: limits)
        world.open()
        for _ in 0..<5 {
            for _ in 0..<3 { world.join() }
            world.outlet.pass(milliseconds: 1000)
        }
        #expect(world.hub.counters.refusedJoins == 0)
    }

    @Test("too many bindings") func bindings() throws {
        var limits = RealtimeLimits()
        limits.bindingsPerChannel = 1
        let world = try World([Tables.uploads()], limits: limits)
        world.open()
        world.join(#"[{"table":"upload_queue"},{"table":"upload_queue"}]"#)
        #expect(refused(world, "q", "ChannelRateLimitReached: Too many bindings"))
    }

    @Test("too many presence messages in a second close the channel, not the connection") func presences() throws {
        var limits = RealtimeLimits()
        limits.presencePerSecond = 2
        let world = try World([], limits: limits)
        world.open()
        world.join()
        let track = #"["1","2","realtime:q","presence",{"type":"presence","event":"track","payload":{}}]"#
        for _ in 0..<2 { world.say(track) }
        world.outlet.pass(milliseconds: 1000)
        world.say(track)
        world.say(track)
        #expect(world.heard().count == 4)
        world.say(track)
        #expect(
            world.heard() == [
                #"["1",null,"realtime:q","system",{"extension":"system","status":"error","#
                    + #""message":"Too many presence messages per second","channel":"q"}]"#,
                #"["1","1","realtime:q","phx_close",{}]"#,
            ])
        #expect(world.hub.channelCount == 0)
        #expect(world.outlet.closed.isEmpty)
    }

    @Test("a message that is nested too deeply is malformed, and the deepest that is not is heard") func depth() throws {
        var limits = RealtimeLimits()
        limits.json.depth = 4
        let world = try World([], limits: limits)
        world.open()
        for (ref, payload) in [("1", "[[]]"), ("2", "[[[]]]"), ("3", "[[[[]]]]")] {
            world.say(#"[null,"\#(ref)","phoenix","heartbeat",{"deep":\#(payload)}]"#)
        }
        #expect(world.heard().count == 1)
        #expect(world.hub.counters.malformed == 2)
        let body = Array(#"{"messages":[{"topic":"q","event":"e","payload":{"deep":[]}}]}"#.utf8)
        #expect(BroadcastRequest.batch(body, limits: limits).status == 400)
        #expect(BroadcastRequest.batch(body, limits: RealtimeLimits()).status == 202)
    }

    @Test("zero is no limit") func zero() throws {
        var limits = RealtimeLimits()
        (limits.channelsPerConnection, limits.bindingsPerChannel, limits.joinsPerSecond, limits.presencePerSecond) = (0, 0, 0, 0)
        let world = try World([Tables.uploads()], limits: limits)
        world.open()
        for number in 0..<300 { world.join(#"[{"table":"upload_queue","schema":"public"}]"#, topic: "t\(number)") }
        #expect(world.hub.channelCount == 300)
    }

    @Test("answers to refused joins that wait are bounded") func refusals() throws {
        var limits = RealtimeLimits()
        limits.joinsPerSecond = 0
        let world = try World([], limits: limits)
        world.open()
        for _ in 0..<1000 { world.join(topic: "") }
        #expect(world.outlet.timers.count == 200)
        world.outlet.pass(milliseconds: 1000)
        #expect(world.heard().count == 200)
        world.join(topic: "")
        #expect(world.outlet.timers.count == 1)
    }

    @Test(
        "replays of broadcasts",
        arguments: [
            (#"{"since":1}"#, "false", "UnableToReplayMessages: Replay is not allowed for public channels"),
            (#"{"since":"x"}"#, "true", "UnableToReplayMessages: Replay params are not valid"),
            (#"{"since":1,"limit":26}"#, "true", "UnableToReplayMessages: Replay params are not valid"),
        ])
    func replays(_ replay: String, _ isPrivate: String, _ reason: String) throws {
        let world = try World([])
        world.open()
        world.join(more: #","private":\#(isPrivate),"broadcast":{"replay":\#(replay)}"#)
        #expect(refused(world, "q", reason))
    }
}
