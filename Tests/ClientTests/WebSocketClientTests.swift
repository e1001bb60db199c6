import Client
import Testing

@Suite("WebSocket client")
struct WebSocketClientTests {
    static let second = Duration.seconds(10)

    @Test("upgrades with its key in a header and sends masked text")
    func sends() throws {
        let server = try LoopbackServer { peer, _ in
            let head = try peer.acceptUpgrade()
            guard head.contains("x-api-key: secret"), head.first == "GET /realtime/v1/websocket?vsn=2.0.0 HTTP/1.1" else {
                throw ScriptError(message: "head \(head)")
            }
            try peer.expectFrame(1, Array("hé".utf8))
            try peer.expectFrame(2, [0, 255])
            try peer.expectFrame(9, [1])
            try peer.expectFrame(8, [3, 232, 0x62, 0x79, 0x65])
            try peer.write([0x88, 2, 3, 232])
        }
        let client = try WebSocketClient(server.url, "/realtime/v1/websocket?vsn=2.0.0", apikey: "secret")
        try client.send(.text(Array("hé".utf8)))
        try client.send(.binary([0, 255]))
        try client.ping([1])
        client.close(reason: "bye")
        #expect(!client.isOpen)
        #expect(throws: ClientError.self) { try client.send(.text([])) }
        #expect(server.finish().isEmpty)
    }

    @Test("puts fragments together and answers pings between them")
    func fragments() throws {
        let server = try LoopbackServer { peer, _ in
            try peer.acceptUpgrade()
            for byte in [0x01, 2, 0x61, 0x62, 0x89, 1, 0x70, 0x00, 0, 0x8a, 0, 0x80, 1, 0x63, 0x82, 1, 0x64] as [UInt8] {
                try peer.write([byte])
            }
            try peer.expectFrame(10, [0x70])
        }
        let client = try WebSocketClient(server.url, "/")
        #expect(try client.receive(within: Self.second) == .text(Array("abc".utf8)))
        #expect(try client.receive(within: Self.second) == .binary([0x64]))
        #expect(server.finish().isEmpty)
    }

    @Test("returns nothing in time, and keeps what came of a message")
    func deadline() throws {
        let server = try LoopbackServer { peer, _ in
            try peer.acceptUpgrade()
            try peer.write([0x81, 2, 0x61])
            try peer.expectFrame(1, [])
            try peer.write([0x62])
        }
        let client = try WebSocketClient(server.url, "/")
        #expect(try client.receive(within: .milliseconds(10)) == nil)
        #expect(client.isOpen)
        try client.send(.text([]))
        #expect(try client.receive(within: Self.second) == .text([0x61, 0x62]))
        #expect(server.finish().isEmpty)
    }

    @Test("answers a close frame and tells its code")
    func closing() throws {
        let server = try LoopbackServer { peer, _ in
            try peer.acceptUpgrade()
            try peer.write([0x88, 4, 0x03, 0xf4, 0x68, 0x69])
            try peer.expectFrame(8, [0x03, 0xf4])
        }
        let client = try WebSocketClient(server.url, "/")
        #expect(throws: ClientError.closed(code: 1012, reason: "hi")) { try client.receive(within: Self.second) }
        #expect(!client.isOpen)
        #expect(server.finish().isEmpty)
    }

    static func pieces(of size: UInt8, count: Int) -> [UInt8] {
        let payload = [UInt8](repeating: 0x61, count: Int(size))
        return (0..<count).flatMap { [$0 == 0 ? 0x01 : 0x00, size] + payload }
    }

    static let broken: [([UInt8], ClientError)] = [
        ([], .connectionLost("ended by the peer")), ([0x81, 2, 0x61], .connectionLost("ended by the peer")),
        ([0x80, 0], .malformed("a continuation of nothing")), ([0x01, 0, 0x81, 0], .malformed("a message within a message")),
        ([0x81, 0x80], .malformed("a masked frame")), ([0x88, 1, 3], .malformed("half a close code")),
        ([0x88, 0], .closed(code: nil, reason: "")),
        ([0x81, 126, 1, 0x2c], .tooLarge(byteLimit: 299)),
        (pieces(of: 120, count: 3), .tooLarge(byteLimit: 299)),
    ]

    @Test("gives up on what breaks the protocol or a limit", arguments: broken)
    func refuses(bytes: [UInt8], error: ClientError) throws {
        let server = try LoopbackServer { peer, _ in
            try peer.acceptUpgrade()
            try peer.write(bytes)
        }
        let client = try WebSocketClient(server.url, "/", messageByteLimit: 299)
        #expect(throws: error) { while try client.receive(within: Self.second) != nil {} }
        #expect(!client.isOpen)
        #expect(server.finish().isEmpty)
    }

    static let refusals: [(String, ClientError)] = [
        (
            "HTTP/1.1 401 Unauthorized\r\nContent-Length: 30\r\n\r\n{\"error\":\"API key is missing\"}",
            .upgradeRefused(status: 401, message: "API key is missing")
        ),
        ("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", .upgradeRefused(status: 403, message: "")),
        ("HTTP/1.1 200 OK\r\n\r\nhello", .upgradeRefused(status: 200, message: "hello")),
        (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
            .malformed("a handshake that does not answer ours")
        ),
    ]

    @Test("tells why the upgrade was refused", arguments: refusals)
    func refusedUpgrade(answer: String, error: ClientError) throws {
        let server = try LoopbackServer { peer, _ in
            _ = try peer.readHead()
            try peer.write(answer)
        }
        #expect(throws: error) { try WebSocketClient(server.url, "/") }
        #expect(server.finish().isEmpty)
    }
}
