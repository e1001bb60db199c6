import Frames
import System
import Testing

@testable import Transport

@Suite("Connections", .timeLimit(.minutes(1))) struct ConnectionTests {
    // MARK: - Receiving

    @Test("take messages in fragments, with control frames between them")
    func fragments() throws {
        let server = try TestServer()
        defer { server.stop() }
        let (client, _) = server.connection()
        client.send(frame: 1, Array("Hel".utf8), isFinal: false)
        client.send(frame: 9, Array("p".utf8))
        client.send(frame: 0, [], isFinal: false)
        // A character cut in two.
        client.send(frame: 0, Array("lö".utf8).dropLast(), isFinal: false)
        client.send(frame: 0, [Array("ö".utf8)[1]])
        // In which order the library and the loop write is open.
        let answers = [client.frame(), client.frame()].compactMap(\.self).sorted { $0.opcode < $1.opcode }
        #expect(answers.map(\.opcode) == [1, 10])
        #expect(answers.map(\.text) == ["Hellö", "p"])
    }

    @Test("keep what comes right behind the handshake", arguments: [1, 60, 600, 10_000, 200_000])
    func earlyData(_ size: Int) throws {
        let server = try TestServer()
        defer { server.stop() }
        let client = server.client()
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: 97 + $0 % 26) }
        client.send(Array(TestClient.handshake().utf8) + TestClient.frame(1, payload) + TestClient.frame(1, Array("second".utf8)))
        #expect(client.response()?.status == 101)
        #expect(client.frame() == TestClient.Frame(opcode: 1, payload: payload))
        #expect(client.frame()?.text == "second")
    }

    @Test("open after a request on the same socket")
    func upgradeAfterRequest() throws {
        let server = try TestServer()
        defer { server.stop() }
        let client = server.client()
        client.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(client.response()?.status == 200)
        client.open()
        client.send(text: "x")
        #expect(client.frame()?.text == "x")
    }

    @Test("answer the handshake as RFC 6455 says, without protocol or extensions")
    func handshake() throws {
        let server = try TestServer()
        defer { server.stop() }
        let client = server.client()
        let extras: [String: String?] = [
            "Sec-WebSocket-Protocol": "phoenix, base64url.bearer.token", "Sec-WebSocket-Extensions": "permessage-deflate",
            "Upgrade": "WebSocket", "Connection": "keep-alive, Upgrade",
        ]
        client.send(TestClient.handshake("/socket?apikey=a%2Bb", extras))
        let response = client.response()
        #expect(response?.status == 101)
        #expect(response?.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(response?.headers["sec-websocket-protocol"] == nil)
        #expect(response?.headers["sec-websocket-extensions"] == nil)
    }

    struct Violation: CustomTestStringConvertible, Sendable {
        let what: String
        let bytes: [UInt8]
        let code: Int
        var testDescription: String { what }
    }

    @Test(
        "are closed with the code for what the peer did",
        arguments: [
            Violation(what: "bad UTF-8", bytes: TestClient.frame(1, [0xC3, 0x28]), code: 1007),
            Violation(what: "a character cut off", bytes: TestClient.frame(1, [0x61, 0xC3]), code: 1007),
            Violation(what: "reserved bits", bytes: TestClient.frame(1, [0x61], reserved: 0x40), code: 1002),
            Violation(what: "a reserved opcode", bytes: TestClient.frame(3, [0x61]), code: 1002),
            Violation(what: "a fragmented ping", bytes: TestClient.frame(9, [0x61], isFinal: false), code: 1002),
            Violation(what: "a continuation of nothing", bytes: TestClient.frame(0, [0x61]), code: 1002),
            Violation(what: "a message too big", bytes: TestClient.frame(1, [UInt8](repeating: 0x61, count: 100_001)), code: 1009),
            Violation(
                what: "fragments too big together",
                bytes: TestClient.frame(1, [UInt8](repeating: 0x61, count: 60_000), isFinal: false)
                    + TestClient.frame(0, [UInt8](repeating: 0x61, count: 60_000)), code: 1009),
            // Only the begin of it has to come.
            Violation(what: "a length of 2^62", bytes: [0x81, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 0x61], code: 1009),
        ])
    func violations(_ violation: Violation) throws {
        let server = try TestServer { $0.messageBytes = 100_000 }
        defer { server.stop() }
        let (client, id) = server.connection()
        client.send(violation.bytes)
        #expect(client.frame()?.closeCode == violation.code)
        client.send(frame: 8, [UInt8(violation.code >> 8), UInt8(violation.code & 255)])
        #expect(server.closeCode(of: id) == violation.code)
        #expect(client.isClosedByServer())
    }

    // MARK: - Closing

    @Test("end with the peer's code", arguments: [(nil as Int?, 1005), (1000, 1000), (1001, 1001), (4321, 4321)])
    func peerCloses(_ sent: Int?, _ told: Int) throws {
        let server = try TestServer()
        defer { server.stop() }
        let (client, id) = server.connection()
        client.send(frame: 8, sent.map { [UInt8($0 >> 8), UInt8($0 & 255)] } ?? [])
        #expect(client.frame()?.opcode == 8)
        #expect(server.closeCode(of: id) == told)
        #expect(client.isClosedByServer())
    }

    @Test("end with 1006 when the peer just leaves")
    func peerVanishes() throws {
        let server = try TestServer()
        defer { server.stop() }
        #expect(server.closeCode(of: leave(server)) == 1006)
    }

    /// Connects and is gone.
    private func leave(_ server: TestServer) -> ConnectionID {
        let (client, id) = server.connection()
        client.send(text: "x")
        _ = client.frame()
        return id
    }

    @Test("are closed from our side after what was sent before", arguments: [1000, 1012, 4000])
    func weClose(_ code: UInt16) throws {
        let server = try TestServer()
        defer { server.stop() }
        let (client, id) = server.connection()
        server.onLoop { loop in
            let block = numbered(0..<3)
            loop.send(block, 0..<block.count, to: id)
            loop.close(id, code: code, reason: "so long")
            loop.send(block, 0..<block.count, to: id)
            loop.close(id, code: 4999, reason: "too late")
        }
        for number in 0..<3 { #expect(client.frame()?.text == "\(number)") }
        let close = client.frame()
        #expect(close?.closeCode == Int(code))
        #expect(close.map { String(decoding: $0.payload.dropFirst(2), as: UTF8.self) } == "so long")
        client.send(frame: 8, [UInt8(code >> 8), UInt8(code & 255)])
        #expect(server.closeCode(of: id) == Int(code))
        #expect(client.isClosedByServer())
    }

    @Test("ids that have outlived their connection are ignored")
    func staleIDs() throws {
        let server = try TestServer()
        defer { server.stop() }
        let old = leave(server)
        #expect(server.closeCode(of: old) == 1006)
        let (client, new) = server.connection()
        #expect(new != old)
        #expect(new.slot == old.slot)
        let (address, none) = server.onLoop { loop in
            let block = numbered(7..<8)
            loop.send(block, 0..<block.count, to: old)
            loop.close(old, code: 1000, reason: "")
            return (loop.address(of: new), loop.address(of: old))
        }
        #expect(address == "127.0.0.1")
        #expect(none == "")
        client.send(text: "still here")
        #expect(client.frame()?.text == "still here")
    }

    @Test("are pinged when silent, live when they answer and are closed with 1000 when not")
    func silence() throws {
        let server = try TestServer { $0.idleTimeoutSeconds = 1 }
        defer { server.stop() }
        let (live, liveID) = server.connection()
        let (mute, muteID) = server.connection()
        for _ in 0..<4 {
            let ping = live.frame()
            #expect(ping?.opcode == 9)
            live.send(frame: 10, ping?.payload ?? [])
        }
        #expect(mute.frame()?.opcode == 9)
        #expect(mute.frame()?.closeCode == 1000)
        mute.send(frame: 8, [3, 0xE8])
        #expect(server.closeCode(of: muteID) == 1000)
        live.send(text: "alive")
        while let frame = live.frame() {
            if frame.opcode == 1 { break }
        }
        server.onLoop { $0.close(liveID, code: 4000, reason: "") }
        live.send(frame: 8, [15, 160])
        #expect(server.closeCode(of: liveID) == 4000)
    }

    // MARK: - Limits

    @Test("beyond the limit are closed at once", arguments: [true, false])
    func tooMany(_ perAddress: Bool) throws {
        let server = try TestServer { limits in
            if perAddress { limits.connectionsPerAddress = 2 } else { limits.connections = 2 }
        }
        defer { server.stop() }
        let (first, id) = server.connection()
        let second = server.client()
        second.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(second.response()?.status == 200)
        #expect(server.client().isClosedByServer())
        first.send(frame: 8, [])
        #expect(server.closeCode(of: id) == 1005)
        _ = server.connection()
    }

    @Test("that say nothing are hung up")
    func slowHandshake() throws {
        let server = try TestServer { $0.upgradeTimeoutSeconds = 1 }
        defer { server.stop() }
        let silent = server.client()
        let trickling = server.client()
        trickling.send("GET / HT")
        #expect(silent.isClosedByServer())
        #expect(trickling.isClosedByServer())
    }

    @Test("come and go two hundred times without a trace")
    func churn() throws {
        let server = try TestServer()
        for round in 0..<200 {
            let client = server.client()
            client.open()
            client.send(text: "\(round)")
            #expect(client.frame()?.text == "\(round)")
            if round % 2 == 0 {
                client.send(frame: 8, [3, 0xE8])
                #expect(client.frame()?.opcode == 8)
            }
        }
        for _ in 0..<200 {
            #expect(server.first { if case .closed = $0 { true } else { nil } } == true)
        }
        let (count, slots, peers) = server.onLoop { ($0.connectionCount, $0.connections.count, $0.peers.count) }
        #expect(count == 0)
        #expect(slots <= 3)
        #expect(peers == 0)
        server.stop()
    }

    @Test("are all told closed when the loop stops, and its thread ends")
    func stopping() throws {
        let server = try TestServer()
        let clients = (0..<20).map { _ in server.connection() }
        let half = server.client()
        half.send("GET / HTT")
        let waiting = server.client()
        waiting.send("GET /never HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(server.first { if case .request = $0 { true } else { nil } } == true)
        server.stop()
        var told: Set<ConnectionID> = []
        while told.count < clients.count, let event = server.next() {
            guard case .closed(let id, let code) = event else { continue }
            #expect(code == 1006)
            told.insert(id)
        }
        #expect(told == Set(clients.map(\.1)))
        for (client, _) in clients { #expect(client.isClosedByServer()) }
        #expect(half.isClosedByServer())
        #expect(waiting.isClosedByServer())
        server.handle.wake()
    }

    @Test("stay when the loop stops accepting")
    func stopAccepting() throws {
        let server = try TestServer()
        defer { server.stop() }
        let (client, _) = server.connection()
        server.onLoop { $0.stopAccepting() }
        client.send(text: "still")
        #expect(client.frame()?.text == "still")
    }
}

/// A block of text frames that say their numbers.
func numbered(_ range: Range<Int>, padding: Int = 0) -> FrameBlock {
    var builder = FrameBlockBuilder()
    for number in range { builder.append(.text, payload: Array("\(number)".utf8) + [UInt8](repeating: 0x20, count: padding)) }
    return builder.take()
}
