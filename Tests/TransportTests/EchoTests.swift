import Testing

@Suite("Messages", .timeLimit(.minutes(1))) struct EchoTests {
    @Test("come back whole, whatever their size", arguments: [0, 1, 125, 126, 4_000, 65_535, 65_536, 300_000, 5_000_000])
    func sizes(_ size: Int) throws {
        let server = try TestServer()
        defer { server.stop() }
        let (client, _) = server.connection()
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: 97 + $0 % 26) }
        for opcode in [1, 2] as [UInt8] {
            client.send(frame: opcode, payload)
            let isSame = client.frame() == TestClient.Frame(opcode: opcode, payload: payload)
            #expect(isSame)
        }
    }
}
