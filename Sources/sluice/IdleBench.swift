internal import Client
internal import JSON

/// Sockets that join one channel with one binding and then do nothing.
final class IdleBench: LoadHandler {
    private(set) var joined = 0
    private(set) var lost: ClientError?

    func open(_ connections: Int, on loop: LoadLoop, token: String) {
        for _ in 0..<connections { loop.open("/realtime/v1/websocket?vsn=2.0.0", apikey: token) }
    }

    func opened(_ connection: Int, _ loop: LoadLoop) {
        let binding: JSONValue = ["event": "*", "schema": "public", "table": "upload_queue"]
        let message: JSONValue = ["1", "1", "realtime:bench", "phx_join", ["config": ["postgres_changes": [binding]]]]
        var frame: [UInt8] = []
        ClientFrame.append(.text, message.bytes, key: ClientFrame.randomKey(), to: &frame)
        _ = loop.send(frame, on: connection)
    }

    func received(_ payload: Span<UInt8>, on connection: Int, _ loop: LoadLoop) {
        if payload.contains("\"phx_reply\""), payload.contains("\"status\":\"ok\"") { joined += 1 }
    }

    func closed(_ connection: Int, _ error: ClientError, _ loop: LoadLoop) {
        lost = error
        loop.stop()
    }

    func turn(_ loop: LoadLoop) -> Int64? { nil }
}
