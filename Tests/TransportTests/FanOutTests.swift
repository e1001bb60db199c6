import Frames
import System
import Testing

@testable import Transport

@Suite("Fan-out", .timeLimit(.minutes(1))) struct FanOutTests {
    @Test("of one block reaches fifty connections in order, a slow reader too")
    func slowReader() throws {
        let server = try TestServer { $0.outboxBytes = 64 << 20 }
        defer { server.stop() }
        let (slow, slowID) = server.connection("/silent", receiveBufferBytes: 4_096)
        let others = (0..<49).map { _ in server.connection("/silent") }
        let ids = [slowID] + others.map(\.1)
        // 4 MB for each, in blocks that make one long segment, and small ones that are gathered.
        let long = (0..<64).map { numbered(($0 * 100)..<($0 * 100 + 100), padding: 600) }
        let short = (64..<164).map { numbered($0..<($0 + 1)) }
        let blocks = long + short
        server.onLoop { loop in
            for block in blocks { for id in ids { loop.send(block, 0..<block.count, to: id, tag: 0) } }
        }
        let expected = blocks.flatMap(\.bytes)
        for (client, _) in others.prefix(3) {
            let matches = client.bytes(expected.count) == expected
            #expect(matches)
        }
        #expect(server.onLoop { $0.outboxBytes(of: slowID) } > 0)
        let matches = slow.bytes(expected.count) == expected
        #expect(matches)
        #expect(server.onLoop { $0.outboxBytes(of: slowID) } == 0)
    }

    @Test("takes parts of a block, and pings in between do not tear it")
    func parts() throws {
        let server = try TestServer()
        defer { server.stop() }
        let (client, id) = server.connection("/silent")
        let block = numbered(0..<1_000, padding: 500)
        let middle = block.end(ofFramesFrom: 0, upTo: 200_000)
        for _ in 0..<50 { client.send(frame: 9, Array("ping".utf8)) }
        server.onLoop { loop in
            loop.send(block, middle..<block.count, to: id)
            loop.flush()
            loop.send(block, 0..<middle, to: id)
        }
        var texts: [String] = []
        while texts.count < 1_000, let frame = client.frame() {
            if frame.opcode == 1 { texts.append(String(frame.text.prefix { $0 != " " })) }
        }
        let first = texts.firstIndex(of: "0") ?? 0
        #expect(texts == (1_000 - first..<1_000).map(String.init) + (0..<1_000 - first).map(String.init))
    }

    @Test("drops what is not begun when the outbox overflows, tells each, keeps control frames, then says drained")
    func overflow() throws {
        let server = try TestServer { $0.outboxBytes = 100_000 }
        defer { server.stop() }
        let (client, id) = server.connection("/silent", receiveBufferBytes: 4_096)
        // Fills the socket, whose size nobody knows, until something waits.
        let filler = numbered(0..<1, padding: 8_000)
        let sent = server.onLoop { loop in
            var sent = 0
            while loop.outboxBytes(of: id) == 0 {
                loop.send(filler, 0..<filler.count, to: id)
                loop.flush()
                sent += 1
            }
            return sent
        }
        let big = numbered(1..<2, padding: 30_000)
        let reply = numbered(2..<3)
        server.onLoop { loop in
            loop.send(big, 0..<big.count, to: id, tag: 5, mark: 50)
            loop.send(reply, 0..<reply.count, to: id)
            loop.send(big, 0..<big.count, to: id, tag: 6, mark: 60)
            loop.send(big, 0..<big.count, to: id, tag: 5, mark: 51)
            // This one is too much.
            loop.send(big, 0..<big.count, to: id, tag: 7, mark: 70)
            // Then there is room again.
            loop.send(big, 0..<big.count, to: id, tag: 8, mark: 80)
        }
        var dropped: [String] = []
        while dropped.count < 4, let event = server.next() {
            if case .dropped(id, let tag, let mark) = event { dropped.append("\(tag):\(mark)") }
        }
        #expect(dropped == ["5:50", "6:60", "5:51", "7:70"])
        for _ in 0..<sent { #expect(client.frame()?.text.first == "0") }
        #expect(client.frame()?.text == "2")
        #expect(client.frame()?.text.first == "1")
        #expect(server.first { if case .drained(id) = $0 { true } else { nil } } == true)
        server.onLoop { $0.send(reply, 0..<reply.count, to: id, tag: 5) }
        #expect(client.frame()?.text == "2")
    }

    @Test("does not drop what a socket that takes it can have")
    func fastReader() throws {
        let server = try TestServer { $0.outboxBytes = 1_000 }
        defer { server.stop() }
        let (client, id) = server.connection("/silent")
        let block = numbered(0..<10, padding: 1_000)
        server.onLoop { $0.send(block, 0..<block.count, to: id, tag: 1, mark: 1) }
        for number in 0..<10 { #expect(client.frame()?.text.hasPrefix("\(number)") == true) }
    }

    @Test("closes with 1013 when control frames overflow, but sends one of any size")
    func controlOverflow() throws {
        let server = try TestServer { $0.controlBytes = 1_000 }
        defer { server.stop() }
        let (client, id) = server.connection("/silent", receiveBufferBytes: 4_096)
        let large = numbered(0..<1, padding: 2_000_000)
        server.onLoop { $0.send(large, 0..<large.count, to: id) }
        #expect(client.frame()?.payload.count == 2_000_001)

        server.onLoop { loop in
            // The first is taken by the socket and the library, the second waits alone, the third is too much.
            for _ in 0..<3 { loop.send(large, 0..<large.count, to: id) }
        }
        var frames: [TestClient.Frame] = []
        while let frame = client.frame(), frame.opcode != 8 { frames.append(frame) }
        #expect(frames.count == 1)
        #expect(server.closeCode(of: id) == 1013)
    }

    @Test("reads no more from a peer than it takes answers, and answers everything")
    func slowAsker() throws {
        let server = try TestServer { $0.controlBytes = 200_000 }
        defer { server.stop() }
        let (client, id) = server.connection(receiveBufferBytes: 4_096)
        let message = [UInt8](repeating: 0x61, count: 900)
        let frame = TestClient.frame(2, message)
        for _ in 0..<500 { client.send(frame) }
        // The loop has taken what it will before anything is read: less than all, or the outbox would have burst.
        let waiting = server.onLoop { $0.outboxBytes(of: id) }
        #expect(waiting <= 200_000)
        for _ in 0..<500 { #expect(client.frame()?.payload.count == 900) }
        client.send(text: "still there")
        #expect(client.frame()?.text == "still there")
    }

    @Test("cuts off a peer that takes neither what waits nor the close")
    func stuckClose() throws {
        let server = try TestServer()
        defer { server.stop() }
        let (client, id) = server.connection("/silent", receiveBufferBytes: 4_096)
        let large = numbered(0..<1, padding: 4_000_000)
        server.onLoop { loop in
            loop.send(large, 0..<large.count, to: id)
            loop.close(id, code: 1012, reason: "restart")
        }
        #expect(server.closeCode(of: id) == 1012)
        let received = client.rest().count
        #expect(received < 4_000_000)
    }
}
