import Frames
import Testing

@testable import Transport

@Suite("HTTP", .timeLimit(.minutes(1))) struct HTTPTests {
    @Test("answers a request and keeps the connection")
    func keepAlive() throws {
        let server = try TestServer()
        defer { server.stop() }
        let client = server.client()
        for number in 1...3 {
            client.send("GET /echo?n=\(number) HTTP/1.1\r\nHost: x\r\n\r\n")
            let response = client.response()
            #expect(response?.status == 200)
            #expect(response?.body == "GET /echo [n]=[\(number)] ")
            #expect(response?.headers["connection"] == nil)
        }
    }

    @Test("answers pipelined requests in order, whoever is slow")
    func pipelining() throws {
        let server = try TestServer()
        defer { server.stop() }
        let client = server.client()
        client.send(
            "GET /later HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                + "GET /c HTTP/1.1\r\nHost: x\r\n\r\n")
        guard case .request("/later", let exchange) = server.next() else {
            Issue.record("the first request did not arrive")
            return
        }
        server.onLoop { $0.respond(exchange, HTTPResponse(status: 202, body: Array("first".utf8))) }
        #expect(client.response()?.body == "first")
        #expect(client.response()?.body == "POST /b abc")
        #expect(client.response()?.body == "GET /c ")
    }

    @Test("answers more pipelined requests than fit into the kernel's buffers")
    func manyPipelined() throws {
        let server = try TestServer()
        defer { server.stop() }
        let client = server.client()
        let request = "GET /c HTTP/1.1\r\nHost: x\r\nA: \(String(repeating: "a", count: 380))\r\n\r\n"
        client.send(String(repeating: request, count: 1_000))
        for _ in 0..<1_000 { #expect(client.response()?.body == "GET /c ") }
    }

    @Test("ignores answers to exchanges that are answered or gone")
    func staleExchanges() throws {
        let server = try TestServer()
        defer { server.stop() }
        let client = server.client()
        client.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\nGET /later HTTP/1.1\r\nHost: x\r\n\r\n")
        guard case .request(_, let first) = server.next() else { return }
        server.onLoop { loop in
            loop.respond(first, HTTPResponse(status: 200, body: Array("one".utf8)))
            loop.respond(first, HTTPResponse(status: 200, body: Array("again".utf8)))
        }
        let second = server.first { if case .request(_, let exchange) = $0 { exchange } else { nil } }
        server.onLoop { loop in
            loop.respond(first, HTTPResponse(status: 500))
            if let second { loop.respond(second, HTTPResponse(status: 200, body: Array("two".utf8), close: true)) }
        }
        #expect(client.response()?.body == "one")
        #expect(client.response()?.body == "two")
        #expect(client.isClosedByServer())
    }

    @Test("overlooks a line end between two requests")
    func strayLineEnd() throws {
        let server = try TestServer()
        defer { server.stop() }
        let client = server.client()
        client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na\r\nGET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(client.response()?.body == "POST /echo a")
        #expect(client.response()?.body == "GET /echo ")
    }

    @Test("reads bodies of every size", arguments: [1, 1_000, 131_072, 1_000_000, 10_485_760])
    func bodies(_ size: Int) throws {
        let server = try TestServer()
        defer { server.stop() }
        let client = server.client()
        client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: \(size)\r\n\r\n")
        let body = [UInt8](repeating: 0x61, count: size)
        client.send(body)
        let isWhole = client.response()?.body.utf8.count == size + "POST /echo ".utf8.count
        #expect(isWhole)
    }

    @Test("says that it wants the body when the client asks first")
    func expectContinue() throws {
        let server = try TestServer()
        defer { server.stop() }
        let client = server.client()
        client.send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(client.response()?.status == 100)
        client.send("ok")
        #expect(client.response()?.body == "POST /echo ok")
    }

    @Test("takes a head that arrives byte by byte")
    func trickle() throws {
        let server = try TestServer()
        defer { server.stop() }
        let client = server.client()
        for byte in Array("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n".utf8) { client.send([byte]) }
        #expect(client.response()?.status == 200)
        for byte in Array(TestClient.handshake().utf8) { client.send([byte]) }
        #expect(client.response()?.status == 101)
        client.send(text: "hello")
        #expect(client.frame()?.text == "hello")
    }

    @Test("sends no body, type or length where there must be none", arguments: [(204, false), (304, true)])
    func bodiless(_ status: Int, _ hasType: Bool) throws {
        let server = try TestServer()
        defer { server.stop() }
        let client = server.client()
        client.send("GET /status/\(status) HTTP/1.1\r\nHost: x\r\n\r\nGET /status/200 HTTP/1.1\r\nHost: x\r\n\r\n")
        let response = client.response()
        #expect(response?.status == status)
        #expect(response?.headers["content-length"] == nil)
        #expect((response?.headers["content-type"] != nil) == hasType)
        #expect(client.response()?.body == "body")
    }

    @Test("answers HEAD with a head")
    func head() throws {
        let server = try TestServer()
        defer { server.stop() }
        let client = server.client()
        client.send("HEAD /status/200 HTTP/1.1\r\nHost: x\r\n\r\nGET /status/200 HTTP/1.1\r\nHost: x\r\n\r\n")
        let response = client.response(toHead: true)
        #expect(response?.status == 200)
        #expect(response?.headers["content-length"] == nil)
        #expect(response?.headers["content-type"] == "text/plain")
        #expect(client.response()?.body == "body")
    }

    @Test(
        "answers a HEAD that it does not understand without a body",
        arguments: ["/?a=%zz", "/ HTTP/1.1\r\nUpgrade: h2c", "/ HTTP/1.1\r\n:"])
    func refusedHead(target: String) throws {
        let server = try TestServer()
        defer { server.stop() }
        let client = server.client()
        client.send("HEAD \(target)\(target.contains("HTTP") ? "" : " HTTP/1.1")\r\nHost: x\r\n\r\n")
        #expect(client.response(toHead: true)?.status == 400)
        #expect(client.isClosedByServer())
    }

    @Test("leaves out a header that would split the response")
    func splitting() throws {
        let server = try TestServer()
        defer { server.stop() }
        let client = server.client()
        client.send("GET /status/200 HTTP/1.1\r\nHost: x\r\n\r\n")
        let response = client.response()
        #expect(response?.headers["x-split"] == nil)
        #expect(response?.headers["b"] == nil)
    }

    @Test("writes an answer that does not fit into the socket at once")
    func largeAnswer() throws {
        let server = try TestServer()
        defer { server.stop() }
        let client = server.client()
        client.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\nGET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
        guard case .request(_, let exchange) = server.next() else { return }
        let text = String(repeating: "0123456789", count: 400_000)
        server.onLoop { $0.respond(exchange, HTTPResponse(status: 200, body: Array(text.utf8))) }
        let isWhole = client.response()?.body == text
        #expect(isWhole)
        #expect(client.response()?.body == "GET /echo ")
    }

    struct Refused: CustomTestStringConvertible, Sendable {
        let what: String
        let request: String
        /// `nil`: closed without an answer.
        let status: Int?
        var testDescription: String { what }
    }

    @Test(
        "refuses what it does not understand and closes",
        arguments: [
            Refused(what: "two Hosts", request: "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", status: 400),
            Refused(what: "no Host", request: "GET / HTTP/1.1\r\nAccept: x\r\n\r\n", status: nil),
            Refused(
                what: "two lengths", request: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
                status: 400),
            Refused(what: "negative length", request: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", status: 400),
            Refused(what: "length in words", request: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\n", status: 400),
            Refused(what: "chunked", request: "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", status: 411),
            Refused(
                what: "chunked with a length",
                request: "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\na",
                status: 400),
            Refused(what: "too long", request: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10485761\r\n\r\nabc", status: 413),
            Refused(
                what: "far too long", request: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
                status: 413),
            Refused(what: "CONNECT", request: "CONNECT /x HTTP/1.1\r\nHost: x\r\n\r\n", status: 405),
            Refused(what: "TRACE", request: "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", status: 405),
            Refused(what: "another version", request: "GET / HTTP/9.9\r\nHost: x\r\n\r\n", status: 400),
            Refused(what: "nothing", request: "\r\n\r\n", status: 400),
            Refused(what: "no version", request: "GET /\r\nHost: x\r\n\r\n", status: 400),
            Refused(what: "a space in the target", request: "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", status: 400),
            Refused(what: "a bad percent", request: "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", status: 400),
            Refused(what: "a cut percent", request: "GET /?a=%4 HTTP/1.1\r\nHost: x\r\n\r\n", status: 400),
            Refused(what: "a relative target", request: "GET x HTTP/1.1\r\nHost: x\r\n\r\n", status: 400),
            Refused(what: "a blank before the colon", request: "GET / HTTP/1.1\r\nHost : x\r\n\r\n", status: 400),
            Refused(what: "a folded header", request: "GET / HTTP/1.1\r\nHost: x\r\n more\r\n\r\n", status: 400),
            Refused(what: "a NUL in a header", request: "GET / HTTP/1.1\r\nHost: x\u{0}\r\n\r\n", status: 400),
            Refused(what: "a bare line feed", request: "GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n", status: 400),
            Refused(what: "a bare carriage return", request: "GET / HTTP/1.1\r\nHost: x\rA: b\r\n\r\n", status: 400),
            Refused(
                what: "a head over the limit", request: "GET / HTTP/1.1\r\nHost: x\r\nA: \(String(repeating: "a", count: 17_000))\r\n\r\n",
                status: nil),
            Refused(what: "h2c", request: TestClient.handshake("/", ["Upgrade": "h2c"]), status: 400),
            Refused(what: "an unknown upgrade", request: TestClient.handshake("/", ["Upgrade": "foo"]), status: 400),
            Refused(what: "a list of upgrades", request: TestClient.handshake("/", ["Upgrade": "websocket, foo"]), status: 400),
            Refused(what: "no Connection: upgrade", request: TestClient.handshake("/", ["Connection": nil]), status: 400),
            Refused(what: "version 8", request: TestClient.handshake("/", ["Sec-WebSocket-Version": "8"]), status: 400),
            Refused(what: "no WebSocket version", request: TestClient.handshake("/", ["Sec-WebSocket-Version": nil]), status: 400),
            Refused(
                what: "a negative WebSocket version", request: TestClient.handshake("/", ["Sec-WebSocket-Version": "-13"]),
                status: 400),
            Refused(what: "no key", request: TestClient.handshake("/", ["Sec-WebSocket-Key": nil]), status: 400),
            Refused(what: "a short key", request: TestClient.handshake("/", ["Sec-WebSocket-Key": "a"]), status: 400),
            Refused(what: "a POST upgrade", request: TestClient.handshake("/", method: "POST"), status: 400),
            Refused(what: "an upgrade without Host", request: TestClient.handshake("/", ["Host": nil]), status: nil),
            Refused(what: "an upgrade with a body", request: TestClient.handshake("/", ["Content-Length": "3"]) + "abc", status: 400),
        ])
    func refusals(_ refused: Refused) throws {
        let server = try TestServer()
        defer { server.stop() }
        // On a fresh connection, and as a later request of a kept one.
        for warmUp in [false, true] {
            let client = server.client()
            if warmUp {
                client.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(client.response()?.status == 200)
            }
            client.send(refused.request)
            let response = client.response()
            #expect(response?.status == refused.status)
            #expect(client.isClosedByServer())
        }
    }

    @Test("closes when the client or its HTTP version asks for it", arguments: ["HTTP/1.1\r\nConnection: close", "HTTP/1.0"])
    func closing(_ version: String) throws {
        let server = try TestServer()
        defer { server.stop() }
        let client = server.client()
        client.send("GET /echo \(version)\r\nHost: x\r\n\r\n")
        let response = client.response()
        #expect(response?.status == 200)
        #expect(response?.headers["connection"] == "close")
        #expect(client.isClosedByServer())
    }

    @Test("gives a refused handshake its answer, then closes")
    func refusedHandshake() throws {
        let server = try TestServer()
        defer { server.stop() }
        let client = server.client()
        client.send(TestClient.handshake("/refused"))
        let response = client.response()
        #expect(response?.status == 401)
        #expect(response?.body == "{\"no\":1}")
        #expect(client.isClosedByServer())
    }

    @Test("answers 413 before the body has come, and the answer survives what the client still sends")
    func earlyRefusal() throws {
        let server = try TestServer { $0.httpBodyBytes = 1_000 }
        defer { server.stop() }
        let client = server.client()
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
        client.send([UInt8](repeating: 0, count: 1_000_000))
        client.finishWriting()
        #expect(client.response()?.status == 413)
        #expect(client.isClosedByServer())
    }

    @Test("knows headers whatever their case and joins repeated ones")
    func headers() {
        let request = HTTPRequest(
            method: .get, path: Array("/".utf8), headers: [("Prefer", "a=1"), ("apikey", "k"), ("PREFER", "b"), ("X-Empty", "")])
        #expect(request.header("prefer") == "a=1, b")
        #expect(request.header("ApiKey") == "k")
        #expect(request.header("x-empty") == "")
        #expect(request.header("authorization") == nil)
    }
}
