import JSON
import Testing

@testable import Client

@Suite("Realtime client")
struct RealtimeClientTests {
    static let topic = "realtime:ops"
    static let head = #"{"postgres_changes":[{"id":1}],"sequence":41,"epoch":"e1"}"#

    static func client(_ server: LoopbackServer, _ change: (inout RealtimeOptions) -> Void = { _ in }) -> RealtimeClient {
        var options = RealtimeOptions()
        options.backoff = Backoff(first: .milliseconds(1), limit: .milliseconds(1))
        change(&options)
        return RealtimeClient(server.url, apikey: "key", token: "token", options: options)
    }

    static func next(_ client: RealtimeClient) throws -> String {
        guard let event = try client.next(within: .seconds(10)) else { return "nothing" }
        return switch event {
        case .change(let change): "change \(change.table) \(change.kind) \(change.cursor?.sequence ?? -1)"
        case .broadcast(let broadcast): "broadcast \(broadcast.event) \(String(decoding: broadcast.payload, as: UTF8.self))"
        case .system(_, let isError, let message): "system \(isError ? "error" : "ok") \(message)"
        case .resyncRequired: "resync"
        case .disconnected(let error): "disconnected: \(error)"
        case .rejoined: "rejoined"
        case .interrupted: "interrupted"
        case .closed(_, let refusal): "closed \(refusal?.code ?? "")"
        case .message(let message): "message \(message.event)"
        }
    }

    @Test("joins with its bindings and token, and tells what follows in order")
    func joins() throws {
        let server = try LoopbackServer { peer, _ in
            try peer.acceptUpgrade()
            let join = try peer.expectMessage("phx_join", Self.topic)
            var payload: [UInt8] = []
            join.payload.appendCompact(to: &payload)
            let binding = #"{"event":"*","schema":"public","table":"uploads","filter":"status=eq.uploading","leave":true}"#
            let expected =
                #"{"config":{"broadcast":{"ack":false,"self":false},"presence":{"key":"","enabled":false},"postgres_changes":["#
                + binding + #"],"private":false},"access_token":"token"}"#
            guard payload == Array(expected.utf8), join.joinRef == join.ref else {
                throw ScriptError(message: String(decoding: payload, as: UTF8.self))
            }
            try peer.reply(to: join, Self.head)
            try peer.send(
                text:
                    #"["1",null,"realtime:ops","system",{"extension":"postgres_changes","status":"ok","message":"Subscribed","channel":"ops"}]"#
            )
            try peer.sendChange(Self.topic, sequence: 42)
            try peer.send(text: #"["0",null,"realtime:ops","system",{"status":"error","message":"of an older incarnation"}]"#)
            try peer.send(text: #"[null,null,"realtime:other","broadcast",{"event":"not ours"}]"#)
            try peer.send(text: #"[null,null,"realtime:ops","broadcast",{"type":"broadcast","event":"hi","payload":{"n": 1}}]"#)
            try peer.write([0x82, 23, 4, 12, 2, 0, 1] + Array("realtime:opshi{\"n\"".utf8))
            try peer.send(text: #"["1",null,"realtime:ops","presence_state",{}]"#)
            let leave = try peer.expectMessage("phx_leave", Self.topic)
            try peer.reply(to: leave)
        }
        let client = Self.client(server)
        var binding = BindingRequest(table: "uploads")
        binding.filter = "status=eq.uploading"
        binding.tellsLeaving = true
        #expect(try client.join(ChannelRequest("ops", bindings: [binding])) == Cursor(epoch: "e1", sequence: 41))
        let expected = [
            "system ok Subscribed", "change uploads UPDATE 42", "broadcast hi {\"n\":1}", "broadcast hi {\"n\"", "message presence_state",
        ]
        #expect(try expected.map { _ in try Self.next(client) } == expected)
        #expect(client.cursor(of: "ops") == Cursor(epoch: "e1", sequence: 42))
        try client.leave("ops")
        #expect(server.finish().isEmpty)
    }

    @Test("a refused join is thrown with its code")
    func refusedJoin() throws {
        let server = try LoopbackServer { peer, _ in
            try peer.acceptUpgrade()
            let reason = #"{"reason":"InvalidJWTToken: Token has expired 12 seconds ago"}"#
            try peer.reply(to: try peer.expectMessage("phx_join", Self.topic), reason, status: "error")
        }
        let refusal = Refusal(code: "InvalidJWTToken", message: "Token has expired 12 seconds ago")
        #expect(throws: ClientError.refused(refusal)) { try Self.client(server).join(ChannelRequest("ops")) }
        #expect(server.finish().isEmpty)
    }

    @Test("calls and writes are matched with their replies, and events between them are kept")
    func calls() throws {
        let server = try LoopbackServer { peer, _ in
            try peer.acceptUpgrade()
            try peer.reply(to: try peer.expectMessage("phx_join", Self.topic), Self.head)
            let call = try peer.expectMessage("rpc", Self.topic)
            guard call.payload["event"]?.string == "stop_upload", call.payload["payload"]?["upload_id"]?.string == "u1", call.joinRef == "1"
            else {
                throw ScriptError(message: "another call")
            }
            try peer.sendChange(Self.topic, sequence: 42)
            try peer.send(text: #"["1","99","realtime:ops","phx_reply",{"status":"ok","response":{}}]"#)
            try peer.reply(to: call, #"{"result":true,"sequence":42}"#)
            let write = try peer.expectMessage("update", Self.topic)
            guard write.payload["idempotency_key"]?.string == "k", write.payload["values"]?["progress"]?.int64 == 5 else {
                throw ScriptError(message: "another write")
            }
            try peer.reply(to: write, #"{"count":1,"sequence":43,"rows":[{"id":"u1"}]}"#)
            let refused = try peer.expectMessage("delete", Self.topic)
            let error = #"{"code":"42501","message":"permission denied for table uploads","details":null,"hint":"ask"}"#
            try peer.reply(to: refused, error, status: "error")
        }
        let client = Self.client(server)
        _ = try client.join(ChannelRequest("ops"))
        let answer = try client.call("stop_upload", .object([.init("upload_id", .string("u1"))]), on: "ops")
        #expect(answer.result.bool == true)
        #expect(answer.sequence == 42)
        var write = RowWrite(.update, "uploads", values: .object([.init("progress", .int(5))]), filter: "id=eq.u1")
        write.idempotencyKey = "k"
        write.isReturning = true
        let written = try client.write(write, on: "ops")
        #expect(written.count == 1)
        #expect(written.rows?[0]?["id"]?.string == "u1")
        let refusal = Refusal(code: "42501", message: "permission denied for table uploads", hint: "ask")
        #expect(throws: ClientError.refused(refusal)) { try client.write(RowWrite(.delete, "uploads", filter: "id=eq.u1"), on: "ops") }
        #expect(throws: ClientError.invalidRequest("channel nope is not joined")) { try client.call("f", .object([]), on: "nope") }
        #expect(try Self.next(client) == "change uploads UPDATE 42")
        #expect(server.finish().isEmpty)
    }

    @Test("comes back after a lost connection and resumes where it stopped")
    func resumes() throws {
        let server = try LoopbackServer(connections: 3) { peer, number in
            guard number != 1 else { return }
            try peer.acceptUpgrade()
            let join = try peer.expectMessage("phx_join", Self.topic)
            guard number == 2 else {
                try peer.reply(to: join, Self.head)
                try peer.sendChange(Self.topic, sequence: 50)
                return try peer.write([0x88, 2, 0x03, 0xf4])
            }
            guard join.payload["since"]?.int64 == 50, join.payload["epoch"]?.string == "e1" else { throw ScriptError(message: "no resume") }
            try peer.reply(to: join, #"{"postgres_changes":[],"sequence":60,"epoch":"e2"}"#)
            try peer.sendChange(Self.topic, sequence: 51)
            try peer.sendChange(Self.topic, sequence: 52, epoch: "e2")
            _ = try peer.readFrame()
        }
        let client = Self.client(server)
        _ = try client.join(ChannelRequest("ops"))
        let expected = [
            "change uploads UPDATE 50", "disconnected: closed by the peer with code 1012", "rejoined", "change uploads UPDATE 51",
            "change uploads UPDATE 52",
        ]
        #expect(try expected.map { _ in try Self.next(client) } == expected)
        #expect(client.cursor(of: "ops") == Cursor(epoch: "e2", sequence: 52))
        client.close()
        #expect(server.finish().isEmpty)
    }

    @Test("a call whose connection breaks is an unknown outcome, not an answer")
    func brokenCall() throws {
        let server = try LoopbackServer(connections: 2) { peer, number in
            try peer.acceptUpgrade()
            try peer.reply(to: try peer.expectMessage("phx_join", Self.topic), Self.head)
            if number == 0 { _ = try peer.expectMessage("rpc", Self.topic) }
        }
        let client = Self.client(server)
        _ = try client.join(ChannelRequest("ops"))
        #expect(throws: ClientError.connectionLost("ended by the peer")) { try client.call("f", .object([]), on: "ops") }
        #expect(try Self.next(client) == "disconnected: connection lost: ended by the peer")
        #expect(try Self.next(client) == "rejoined")
        #expect(server.finish().isEmpty)
    }

    @Test("an unreachable place is told, and the next resume starts from the head")
    func resync() throws {
        let server = try LoopbackServer(connections: 2) { peer, number in
            try peer.acceptUpgrade()
            let join = try peer.expectMessage("phx_join", Self.topic)
            guard join.payload["since"]?.int64 == (number == 0 ? 7 : 41) else { throw ScriptError(message: "another place") }
            try peer.reply(to: join, Self.head)
            if number == 0 {
                try peer.send(
                    text:
                        #"["1",null,"realtime:ops","system",{"extension":"sluice","status":"ok","message":"resync_required","channel":"ops"}]"#
                )
            }
        }
        let client = Self.client(server)
        _ = try client.join(ChannelRequest("ops", since: Cursor(epoch: "e0", sequence: 7)))
        #expect(try Self.next(client) == "resync")
        #expect(client.cursor(of: "ops") == Cursor(epoch: "e1", sequence: 41))
        #expect(try Self.next(client) == "disconnected: connection lost: ended by the peer")
        #expect(try Self.next(client) == "rejoined")
        #expect(server.finish().isEmpty)
    }

    @Test("joins again when the broker asks for it, and lets go when it is told to")
    func errorsAndCloses() throws {
        let server = try LoopbackServer { peer, _ in
            try peer.acceptUpgrade()
            try peer.reply(to: try peer.expectMessage("phx_join", Self.topic), Self.head)
            try peer.send(text: #"["1","1","realtime:ops","phx_error",{"reason":"channel_crash"}]"#)
            let again = try peer.expectMessage("phx_join", Self.topic)
            try peer.reply(to: again, #"{"reason":"RealtimeRestarting: Realtime is restarting, please standby"}"#, status: "error")
            let third = try peer.expectMessage("phx_join", Self.topic)
            try peer.reply(to: third, Self.head)
            let ref = third.ref ?? ""
            try peer.send(text: #"["\#(ref)","\#(ref)","realtime:ops","phx_close",{}]"#)
            _ = try peer.readFrame()
        }
        let client = Self.client(server)
        _ = try client.join(ChannelRequest("ops"))
        #expect(try (0..<3).map { _ in try Self.next(client) } == ["interrupted", "rejoined", "closed "])
        client.close()
        #expect(server.finish().isEmpty)
    }

    @Test("a channel that may not come back is closed with the reason")
    func refusedRejoin() throws {
        let server = try LoopbackServer { peer, _ in
            try peer.acceptUpgrade()
            try peer.reply(to: try peer.expectMessage("phx_join", Self.topic), Self.head)
            try peer.send(text: #"["1","1","realtime:ops","phx_error",{}]"#)
            let again = try peer.expectMessage("phx_join", Self.topic)
            try peer.reply(to: again, #"{"reason":"InvalidJWTToken: Token has expired 1 seconds ago"}"#, status: "error")
        }
        let client = Self.client(server)
        _ = try client.join(ChannelRequest("ops"))
        #expect(try (0..<2).map { _ in try Self.next(client) } == ["interrupted", "closed InvalidJWTToken"])
        #expect(server.finish().isEmpty)
    }

    @Test("heartbeats, and leaves a broker that does not answer one")
    func heartbeats() throws {
        let server = try LoopbackServer(connections: 2) { peer, number in
            try peer.acceptUpgrade()
            try peer.reply(to: try peer.expectMessage("phx_join", Self.topic), Self.head)
            guard number == 0 else { return }
            try peer.reply(to: try peer.expectMessage("heartbeat", "phoenix"))
            _ = try peer.expectMessage("heartbeat", "phoenix")
            guard try peer.isAtEnd() else { throw ScriptError(message: "the client went on") }
        }
        let client = Self.client(server) { $0.heartbeat = .milliseconds(20) }
        _ = try client.join(ChannelRequest("ops"))
        #expect(try Self.next(client) == "disconnected: timed out while waiting for a heartbeat's reply")
        #expect(try Self.next(client) == "rejoined")
        #expect(server.finish().isEmpty)
    }

    @Test("sends a newer token to its channels")
    func token() throws {
        let server = try LoopbackServer { peer, _ in
            try peer.acceptUpgrade()
            try peer.reply(to: try peer.expectMessage("phx_join", Self.topic), Self.head)
            let message = try peer.expectMessage("access_token", Self.topic)
            guard message.payload["access_token"]?.string == "newer" else { throw ScriptError(message: "another token") }
        }
        let client = Self.client(server)
        _ = try client.join(ChannelRequest("ops"))
        try client.update(token: "newer")
        #expect(server.finish().isEmpty)
    }

    @Test("throws when the broker will not have it back")
    func refusedUpgrade() throws {
        let server = try LoopbackServer(connections: 2) { peer, number in
            guard number == 0 else {
                _ = try peer.readHead()
                return try peer.write("HTTP/1.1 401 Unauthorized\r\nContent-Length: 29\r\n\r\n{\"error\":\"Token has expired\"}")
            }
            try peer.acceptUpgrade()
            try peer.reply(to: try peer.expectMessage("phx_join", Self.topic), Self.head)
        }
        let client = Self.client(server)
        _ = try client.join(ChannelRequest("ops"))
        #expect(try Self.next(client) == "disconnected: connection lost: ended by the peer")
        #expect(throws: ClientError.upgradeRefused(status: 401, message: "Token has expired")) { try Self.next(client) }
        #expect(server.finish().isEmpty)
    }
}
