import Client
import Testing

@Suite("HTTP client")
struct HTTPClientTests {
    static let answers: [(String, Int, String)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello"),
        ("HTTP/1.1 200\r\ncontent-length:0\r\n\r\n", 200, ""),
        ("HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, ""),
        ("HTTP/1.0 404 Not Found\r\n\r\nto the end", 404, "to the end"),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx", 201, "x"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n", 200, "hello0123456789"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\nx\r\n000\r\nTrailer: t\r\n\r\n", 200, "x"),
    ]

    @Test("reads an answer", arguments: answers)
    func reads(answer: String, status: Int, body: String) throws {
        let server = try LoopbackServer { peer, _ in
            _ = try peer.readHead()
            try peer.write(answer)
        }
        let read = try HTTPClient(server.url).request("GET", "/x")
        #expect(read.status == status)
        #expect(read.body == Array(body.utf8))
        #expect(server.finish().isEmpty)
    }

    @Test("reads an answer that comes byte by byte", arguments: answers)
    func readsBytes(answer: String, status: Int, body: String) throws {
        let server = try LoopbackServer { peer, _ in
            _ = try peer.readHead()
            for byte in answer.utf8 { try peer.write([byte]) }
        }
        #expect(try HTTPClient(server.url).request("GET", "/x").body == Array(body.utf8))
        #expect(server.finish().isEmpty)
    }

    static let broken = [
        "", "HTTP/1.1", "HTTP/1.1 200 OK\r\n", "HTTP/2 200 OK\r\n\r\n", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 -20 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfour",
        "HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
        "HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 21),
    ]

    @Test("refuses a broken or too large answer", arguments: broken)
    func refuses(answer: String) throws {
        let server = try LoopbackServer { peer, _ in
            _ = try peer.readHead()
            try peer.write(answer)
        }
        #expect(throws: ClientError.self) { try HTTPClient(server.url, bodyByteLimit: 20).request("POST", "/x", body: []) }
        #expect(server.finish().isEmpty)
    }

    @Test("sends method, path, host, headers, length and body")
    func sends() throws {
        let server = try LoopbackServer { peer, _ in
            let head = try peer.readHead()
            let body = String(decoding: try peer.read(2), as: UTF8.self)
            let text = (head + [body]).joined(separator: "|")
            try peer.write("HTTP/1.1 200 OK\r\nX-Twice: 1\r\nx-twice: 2\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
        }
        let answer = try HTTPClient(server.url).request(
            "PATCH", "/t?id=eq.1", headers: [("Prefer", "return=minimal")], body: Array("{}".utf8))
        let expected = "PATCH /t?id=eq.1 HTTP/1.1|Host: \(server.url.authority)|Prefer: return=minimal|Content-Length: 2|{}"
        #expect(String(decoding: answer.body, as: UTF8.self) == expected)
        #expect(answer.header("X-TWICE") == "1")
        #expect(answer.isSuccess)
        #expect(server.finish().isEmpty)
    }

    @Test("keeps its connection, and makes a new one when that is gone")
    func keepsAlive() throws {
        let server = try LoopbackServer(connections: 2) { peer, number in
            for _ in 0..<(number == 0 ? 2 : 1) {
                _ = try peer.readHead()
                try peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(number)")
            }
        }
        let client = HTTPClient(server.url)
        let bodies = try (0..<3).map { _ in try client.request("GET", "/").body }
        #expect(bodies == [Array("0".utf8), Array("0".utf8), Array("1".utf8)])
        #expect(server.finish().isEmpty)
    }

    @Test("does as it is told when the server wants to close")
    func closes() throws {
        let server = try LoopbackServer(connections: 2) { peer, number in
            _ = try peer.readHead()
            try peer.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n\(number)")
            guard try peer.isAtEnd() else { throw ScriptError(message: "the client went on") }
        }
        let client = HTTPClient(server.url)
        #expect(try client.request("GET", "/").body == Array("0".utf8))
        #expect(try client.request("GET", "/").body == Array("1".utf8))
        #expect(server.finish().isEmpty)
    }

    @Test("gives up on a silent server")
    func timeout() throws {
        let server = try LoopbackServer { peer, _ in
            _ = try peer.readHead()
            guard try peer.isAtEnd() else { throw ScriptError(message: "the client went on") }
        }
        #expect(throws: ClientError.timedOut("waiting for an answer")) {
            try HTTPClient(server.url, timeout: .milliseconds(20)).request("GET", "/")
        }
        #expect(server.finish().isEmpty)
    }

    @Test("says who is unreachable")
    func unreachable() throws {
        let port = try Listener().port
        let url = try BrokerURL("http://127.0.0.1:\(port)")
        #expect(throws: ClientError.unreachable("127.0.0.1:\(port): connect: connection refused")) {
            try HTTPClient(url).request("GET", "/")
        }
    }

    static let unsendable: [(String, String, String)] = [
        ("GET", "", "x"), ("GET", "x", "x"), ("GET", "/a b", "x"), ("GET", "/a\r\nX: y", "x"), ("GET", "/ä", "x"), ("G ET", "/", "x"),
        ("", "/", "x"), ("GET", "/", "x\r\ny: z"), ("GET", "/", "x\u{0}"),
    ]

    @Test("sends nothing that would break out of its line", arguments: unsendable)
    func injection(method: String, path: String, header: String) throws {
        let url = try BrokerURL("http://127.0.0.1:1")
        let error = #expect(throws: ClientError.self) { try HTTPClient(url).request(method, path, headers: [("x", header)]) }
        if case .invalidRequest? = error {} else { Issue.record("sent: \(String(describing: error))") }
    }
}
