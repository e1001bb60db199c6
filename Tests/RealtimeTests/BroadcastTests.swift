import Testing

@testable import Realtime

@Suite("Broadcasts")
struct BroadcastTests {
    /// `hello` of {"n":1} on realtime:smoke, as realtime-js sends it.
    private static let push: [UInt8] =
        [3, 1, 1, 14, 5, 0, 1] + Array("67realtime:smokehello{\"n\":1}".utf8)
    private static let echo: [UInt8] = [4, 14, 5, 0, 1] + Array("realtime:smokehello{\"n\":1}".utf8)

    private let first = SessionID(rawValue: 1)
    private let second = SessionID(rawValue: 2)
    private let third = SessionID(rawValue: 3)

    /// Two of vsn 2 and one of vsn 1, all on one topic; the first wants acks and its own messages.
    private func world(_ limits: RealtimeLimits = .init(), topic: String = "realtime:smoke", more: String = "") throws -> World {
        let world = try World([], limits: limits)
        for (session, version) in [(first, ProtocolVersion.two), (second, .two), (third, .one)] {
            world.open(session.rawValue, version)
        }
        world.say(#"["6","6","\#(topic)","phx_join",{"config":{"broadcast":{"ack":true,"self":"True"}\#(more)}}]"#, on: first)
        world.say(#"["1","1","\#(topic)","phx_join",{"config":{"broadcast":{"ack":false,"self":false}\#(more)}}]"#, on: second)
        world.say(#"{"topic":"\#(topic)","event":"phx_join","payload":{"config":{"x":1\#(more)}},"ref":"1","join_ref":"1"}"#, on: third)
        for session in [first, second, third] { _ = world.outlet.take(session) }
        return world
    }

    @Test("a binary push is acked, and goes out as kind 4 and as an object") func binary() throws {
        let world = try world()
        world.say(bytes: Self.push, on: first)
        #expect(
            world.outlet.take(first) == [
                ServerMessage(
                    isBinary: false, payload: Array(#"["6","7","realtime:smoke","phx_reply",{"status":"ok","response":{}}]"#.utf8)),
                ServerMessage(isBinary: true, payload: Self.echo),
            ])
        #expect(world.outlet.take(second) == [ServerMessage(isBinary: true, payload: Self.echo)])
        #expect(
            world.heard(on: third) == [
                #"{"topic":"realtime:smoke","event":"broadcast","payload":{"type":"broadcast","event":"hello","payload":{"n":1}},"ref":null}"#
            ])
        #expect(world.outlet.broadcasts.count == 1)
    }

    @Test("raw bytes reach vsn 2 only") func raw() throws {
        let world = try world(topic: "realtime:two")
        world.say(bytes: [3, 1, 2, 12, 3, 0, 0] + Array("810realtime:twobin".utf8) + [9, 8, 7], on: second)
        #expect(world.heard(on: second) == [])
        #expect(
            world.outlet.take(first) == [
                ServerMessage(isBinary: true, payload: [4, 12, 3, 0, 0] + Array("realtime:twobin".utf8) + [9, 8, 7])
            ])
        #expect(world.heard(on: third) == [])
    }

    @Test("metadata goes along in both framings") func metadata() throws {
        let world = try world()
        world.say(bytes: [3, 0, 0, 14, 1, 9, 1] + Array(#"realtime:smokee{"id":"x"}[1]"#.utf8), on: second)
        #expect(world.hub.counters.malformed == 1)
        world.say(bytes: [3, 0, 0, 14, 1, 10, 1] + Array(#"realtime:smokee{"id":"x"}[1]"#.utf8), on: second)
        #expect(world.outlet.take(first)[0].payload == [4, 14, 1, 10, 1] + Array(#"realtime:smokee{"id":"x"}[1]"#.utf8))
        #expect(
            world.heard(on: third) == [
                #"{"topic":"realtime:smoke","event":"broadcast","payload":{"type":"broadcast","event":"e","payload":[1],"meta":{"id":"x"}},"ref":null}"#
            ])
    }

    @Test("text is relayed as it came") func text() throws {
        let world = try world()
        world.say(
            #"{"event":"broadcast","payload":{"type":"broadcast", "event":"hello","payload":{"n":1.50}},"topic":"realtime:smoke","ref":"2","join_ref":"1"}"#,
            on: third)
        let message =
            #"[null,null,"realtime:smoke","broadcast",{"type":"broadcast", "event":"hello","payload":{"n":1.50}}]"#
        #expect(world.heard(on: first) == [message])
        #expect(world.heard(on: second) == [message])
        #expect(world.heard(on: third) == [])
    }

    @Test("what would break a client is not relayed", arguments: ["null", "5", "[]", #"{"ids":[1]}"#]) func harmful(_ payload: String)
        throws
    {
        let world = try world()
        world.say(#"["6","8","realtime:smoke","broadcast",\#(payload)]"#, on: first)
        #expect(world.heard(on: second) == [])
        #expect(
            world.heard(on: first)
                == [#"["6","8","realtime:smoke","phx_reply",{"status":"error","response":{"reason":"invalid_payload"}}]"#])
    }

    @Test("a payload over the limit is refused with an object") func oversize() throws {
        var limits = RealtimeLimits()
        limits.broadcastBytes = 6
        let world = try world(limits)
        world.say(bytes: Self.push, on: first)
        #expect(
            world.heard(on: first)
                == [#"["6","7","realtime:smoke","phx_reply",{"status":"error","response":{"reason":"payload_size_exceeded"}}]"#])
        world.say(bytes: Self.push, on: second)
        #expect(world.heard(on: second) == [])
        #expect(world.hub.counters.broadcastsRefused == 2)
    }

    @Test("a message that Python cannot read is spared its members") func tooLargeForPython() throws {
        let world = try world()
        let payload = #"{"n":"\#(String(repeating: "x", count: 1_048_576))"}"#
        world.say(bytes: [3, 0, 0, 14, 1, 0, 1] + Array("realtime:smokee\(payload)".utf8), on: second)
        #expect(world.outlet.take(first).count == 1)
        #expect(world.outlet.take(third).isEmpty)
    }

    @Test("too many in a second end the channel") func rate() throws {
        var limits = RealtimeLimits()
        limits.broadcastsPerSecond = 3
        let world = try world(limits)
        for _ in 0..<4 { world.say(bytes: Self.push, on: second) }
        #expect(
            world.heard(on: second) == [
                #"["1",null,"realtime:smoke","system",{"extension":"system","status":"error","message":"Too many messages per second","channel":"smoke"}]"#,
                #"["1","1","realtime:smoke","phx_close",{}]"#,
            ])
        #expect(world.outlet.take(first).count == 3)
    }

    @Test("other topics and private ones of the name hear nothing") func topics() throws {
        let world = try world(more: #","private":true"#)
        world.open(4)
        world.join(topic: "smoke", on: SessionID(rawValue: 4))
        world.open(5)
        world.join(topic: "smoke2", on: SessionID(rawValue: 5))
        world.say(bytes: Self.push, on: first)
        #expect(world.outlet.take(second).count == 1)
        #expect(world.heard(on: SessionID(rawValue: 4)) == [])
        #expect(world.heard(on: SessionID(rawValue: 5)) == [])
    }

    @Test("a push to a topic that is not joined") func unmatched() throws {
        let world = try world(topic: "realtime:other")
        world.say(bytes: Self.push, on: first)
        #expect(
            world.heard(on: first)
                == [#"[null,"7","realtime:smoke","phx_reply",{"status":"error","response":{"reason":"unmatched topic"}}]"#])
    }

    @Test("messages of other loops reach this one's members") func otherLoops() throws {
        let world = try world()
        world.say(bytes: Self.push, on: second)
        let other = try self.world()
        other.hub.deliver(broadcast: world.outlet.broadcasts[0])
        #expect(other.outlet.take(first) == [ServerMessage(isBinary: true, payload: Self.echo)])
        #expect(other.outlet.broadcasts.isEmpty)
    }

    @Test("dropped broadcasts are counted and told once there is room") func dropped() throws {
        let world = try world()
        world.outlet.slow[second] = 1
        for _ in 0..<3 { world.say(bytes: Self.push, on: first) }
        world.outlet.drain(second)
        world.outlet.drain(second)
        #expect(
            world.heard(on: second).suffix(1) == [
                #"["1",null,"realtime:smoke","system",{"extension":"sluice","status":"ok","message":"broadcasts_dropped: 2","channel":"smoke"}]"#
            ])
        #expect(world.hub.behindCount == 0)
    }

    // MARK: REST

    struct Post: Sendable, CustomTestStringConvertible {
        let body: String
        let status: Int
        let answer: String
        var testDescription: String { body }
    }

    @Test(
        "batches over REST",
        arguments: [
            Post(body: #"{"messages":[{"topic":"smoke","event":"e","payload":{"a": 1}}]}"#, status: 202, answer: ""),
            Post(
                body: #"{"messages":[{},{"topic":"t","event":"e","payload":{}}]}"#, status: 422,
                answer:
                    #"{"errors":{"messages":[{"payload":["can't be blank"],"event":["can't be blank"],"topic":["can't be blank"]},{}]}}"#),
            Post(
                body: #"{"messages":[{"topic":"t","event":5,"payload":[]}]}"#, status: 422,
                answer: #"{"errors":{"messages":[{"payload":["is invalid"],"event":["is invalid"]}]}}"#),
            Post(
                body: #"{"messages":[{"topic":"t","event":"e","payload":{"a":"0123456789"}}]}"#, status: 422,
                answer: #"{"errors":{"messages":[{"payload":["Payload size exceeds tenant limit"]}]}}"#),
            Post(body: #"{"messages":[]}"#, status: 422, answer: #"{"errors":{"messages":["can't be blank"]}}"#),
            Post(body: "{}", status: 422, answer: #"{"errors":{"messages":["can't be blank"]}}"#),
            Post(body: "what", status: 400, answer: #"{"message":"Request body is not valid JSON"}"#),
            Post(
                body: #"{"messages":[{},{},{},{}]}"#, status: 429,
                answer: #"{"message":"Too many messages to broadcast, please reduce the batch size"}"#),
        ])
    func batch(_ post: Post) {
        var limits = RealtimeLimits()
        limits.broadcastBytes = 12
        limits.broadcastsPerSecond = 3
        let response = BroadcastRequest.batch(Array(post.body.utf8), limits: limits)
        #expect(response.status == post.status)
        #expect(String(decoding: response.body, as: UTF8.self) == post.answer)
        #expect(response.messages.count == (post.status == 202 ? 1 : 0))
    }

    @Test("members get REST's messages as text") func batchDelivery() throws {
        let world = try world()
        let body =
            #"{"messages":[{"topic":"smoke","event":"e","payload":{"a": 1},"id":"x"},{"topic":"smoke","event":"e","payload":{},"private":true}]}"#
        for message in BroadcastRequest.batch(Array(body.utf8), limits: .init()).messages { world.hub.deliver(broadcast: message) }
        #expect(
            world.heard(on: first) == [
                #"[null,null,"realtime:smoke","broadcast",{"event":"e","payload":{"a":1},"type":"broadcast","meta":{"id":"x"}}]"#
            ])
    }

    @Test("one event over REST, as JSON or bytes") func single() throws {
        let world = try world()
        func post(_ type: String, _ body: String) -> BroadcastResponse {
            BroadcastRequest.single(
                topic: Array("smoke".utf8), event: Array("hello".utf8), isPrivate: false, contentType: type, body: Array(body.utf8),
                limits: .init())
        }
        let accepted = post("application/json; charset=utf-8", #"{"n":1}"#)
        #expect(accepted.status == 202)
        world.hub.deliver(broadcast: accepted.messages[0])
        #expect(world.outlet.take(second) == [ServerMessage(isBinary: true, payload: Self.echo)])
        #expect(post("application/octet-stream", "x").messages.count == 1)
        #expect(post("application/json", "{").status == 422)
        let refused = post("text/plain", "x")
        #expect(refused.status == 415)
        #expect(
            String(decoding: refused.body, as: UTF8.self)
                == #"{"error":"Unsupported Media Type. Use application/json or application/octet-stream"}"#)
    }
}
