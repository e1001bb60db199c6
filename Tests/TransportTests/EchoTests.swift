import Testing

@Suite("Messages", .timeLimit(.minutes(1))) struct EchoTests {
    @Test("come back whole, whatever their size", arguments: [0, 1, 125, 126, 4_000, 65_535, 65_536, 300_000, 5_000_000])
    func sizes(_ size: Int) throws {
        let server = try TestServer()
        defer { server.stop() }
        let (client, _) = server.connection()
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: 97 + $0 % 26) }
        client.send(frame: 1, payload)
        #expect(client.frame() == TestClient.Frame(opcode: 1, payload: payload))
        client.send(frame: 2, payload.reversed())
        #expect(client.frame() == TestClient.Frame(opcode: 2, payload: payload.reversed()))
    }
}
