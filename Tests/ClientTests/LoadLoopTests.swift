import System
import Testing

@testable import Client

@Suite("Load loop")
struct LoadLoopTests {
    /// Keeps what it was told; stops the loop once `isDone` says so.
    final class Recorder: LoadHandler {
        var opened: Set<Int> = []
        var frames: [Int: [[UInt8]]] = [:]
        var closed: [Int: ClientError] = [:]
        var onOpen: (Int, LoadLoop) -> Void = { _, _ in }
        var isDone: (Recorder) -> Bool = { _ in false }

        func opened(_ connection: Int, _ loop: LoadLoop) {
            opened.insert(connection)
            onOpen(connection, loop)
        }

        func received(_ payload: Span<UInt8>, on connection: Int, _ loop: LoadLoop) {
            frames[connection, default: []].append(payload.indices.map { payload[$0] })
        }

        func closed(_ connection: Int, _ error: ClientError, _ loop: LoadLoop) { closed[connection] = error }

        func turn(_ loop: LoadLoop) -> Int64? {
            if isDone(self) { loop.stop() }
            return nil
        }
    }

    static var limit: Int64 { MonotonicTime.nanoseconds() + 20_000_000_000 }

    @Test("opens many connections, sends on each and receives on each")
    func echoes() throws {
        let count = 20
        let server = try LoopbackServer(connections: count) { peer, _ in
            try peer.acceptUpgrade()
            let frame = try peer.readFrame()
            try peer.write(Peer.frame(frame.payload) + [0x89, 1, 0x70] + Peer.frame([1, 2, 3]))
            try peer.expectFrame(10, [0x70])
        }
        let recorder = Recorder()
        let loop = try LoadLoop(server.url, handler: recorder)
        recorder.onOpen = { number, loop in
            var frames: [UInt8] = []
            ClientFrame.append(.text, [UInt8(truncatingIfNeeded: number)], key: 0x0102_0304, to: &frames)
            #expect(loop.send(frames, on: number))
        }
        recorder.isDone = { $0.closed.count == count }
        for _ in 0..<count { loop.open("/x", apikey: "k") }
        try loop.run(until: Self.limit)
        #expect(recorder.opened == Set(0..<count))
        for number in 0..<count { #expect(recorder.frames[number] == [[UInt8(truncatingIfNeeded: number)], [1, 2, 3]]) }
        #expect(loop.receivedFrameCount == UInt64(2 * count))
        #expect(loop.openCount == 0)
        #expect(server.finish().isEmpty)
    }

    @Test("puts together frames that come in pieces, also larger than what is read at once")
    func pieces() throws {
        let payloads: [[UInt8]] = [
            [], [1], .init(repeating: 2, count: 126), .init(repeating: 3, count: 70_000), .init(repeating: 4, count: 900_000), [5],
        ]
        let server = try LoopbackServer(connections: 2) { peer, number in
            try peer.acceptUpgrade()
            let bytes = payloads.flatMap(Peer.frame)
            if number == 0 { return try peer.write(bytes) }
            for start in stride(from: 0, to: bytes.count, by: 997) { try peer.write(Array(bytes[start..<min(start + 997, bytes.count)])) }
        }
        let recorder = Recorder()
        let loop = try LoadLoop(server.url, handler: recorder)
        recorder.isDone = { $0.closed.count == 2 }
        loop.open("/")
        loop.open("/")
        try loop.run(until: Self.limit)
        #expect(recorder.frames[0] == payloads)
        #expect(recorder.frames[1] == payloads)
        #expect(recorder.closed[0] == .connectionLost("ended by the peer"))
        #expect(server.finish().isEmpty)
    }

    @Test("writes what the socket does not take at once when it does")
    func backlog() throws {
        let payload = [UInt8](repeating: 9, count: 3_000_000)
        let server = try LoopbackServer { peer, _ in
            try peer.acceptUpgrade()
            try peer.expectFrame(2, payload)
        }
        let recorder = Recorder()
        let loop = try LoadLoop(server.url, handler: recorder)
        recorder.onOpen = { number, loop in
            var frames: [UInt8] = []
            ClientFrame.append(.binary, payload, key: 7, to: &frames)
            #expect(loop.send(frames, on: number))
            #expect(!loop.send(frames, on: number))
        }
        recorder.isDone = { $0.closed.count == 1 }
        loop.open("/")
        #expect(!loop.send([], on: 0))
        #expect(!loop.send([], on: 7))
        try loop.run(until: Self.limit)
        #expect(server.finish().isEmpty)
    }

    static let endings: [(String, ClientError)] = [
        ("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", .upgradeRefused(status: 401, message: "")),
        ("HTTP/1.1 101 x\r\n\r\n", .malformed("a handshake that does not answer ours")),
        ("nonsense\r\n\r\n", .malformed("something that is not HTTP/1.1")),
        ("", .connectionLost("ended by the peer")),
    ]

    @Test("tells why a connection did not come to be", arguments: endings)
    func refusals(answer: String, error: ClientError) throws {
        let server = try LoopbackServer { peer, _ in
            _ = try peer.readHead()
            try peer.write(answer)
        }
        let recorder = Recorder()
        recorder.isDone = { !$0.closed.isEmpty }
        let loop = try LoadLoop(server.url, handler: recorder)
        loop.open("/")
        try loop.run(until: Self.limit)
        #expect(recorder.closed == [0: error])
        #expect(recorder.opened.isEmpty)
        #expect(server.finish().isEmpty)
    }

    @Test("tells a close frame's code and refused connections")
    func closing() throws {
        let server = try LoopbackServer { peer, _ in
            try peer.acceptUpgrade()
            try peer.write([0x88, 2, 0x03, 0xf4])
        }
        let recorder = Recorder()
        recorder.isDone = { !$0.closed.isEmpty }
        let loop = try LoadLoop(server.url, handler: recorder)
        loop.open("/")
        try loop.run(until: Self.limit)
        #expect(recorder.closed == [0: .closed(code: 1012, reason: "")])
        #expect(server.finish().isEmpty)

        let port = try Listener().port
        let nobody = try LoadLoop(BrokerURL("http://127.0.0.1:\(port)"), handler: recorder)
        recorder.closed = [:]
        nobody.open("/")
        try nobody.run(until: Self.limit)
        #expect(recorder.closed == [0: .unreachable("connect: connection refused")])
    }
}
