import Access
import System

/// The opening handshake. Source: RFC 6455 §4.
struct WebSocketUpgrade {
    private let key: [UInt8]

    init(nonce: [UInt8] = Randomness.bytes(16)) {
        key = Self.base64(nonce)
    }

    /// - Parameters:
    ///   - target: the path with its query.
    ///   - apikey: goes into a header, where no log looks for it.
    func request(_ target: String, to url: BrokerURL, apikey: String?) throws(ClientError) -> [UInt8] {
        var headers = [
            ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", String(decoding: key, as: UTF8.self)),
        ]
        if let apikey { headers.append(("x-api-key", apikey)) }
        return try HTTPRequest.bytes("GET", target, to: url, headers: headers)
    }

    /// - Throws: `ClientError.malformed` when a 101 is no answer to this request.
    func check(_ head: HTTPHead) throws(ClientError) {
        guard head.has("websocket", in: "Upgrade"), head.has("upgrade", in: "Connection"),
            head.value("Sec-WebSocket-Accept").map({ Array($0.utf8) }) == Self.accept(for: key),
            head.value("Sec-WebSocket-Extensions") == nil
        else { throw .malformed("a handshake that does not answer ours") }
    }

    /// What a server makes of a client's key.
    static func accept(for key: [UInt8]) -> [UInt8] {
        base64(Digest.sha1(key + Array("258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)))
    }

    /// RFC 4648 §4: the other alphabet, with padding.
    private static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let text = Base64URL.encode(bytes).map {
            $0 == UInt8(ascii: "-") ? UInt8(ascii: "+") : $0 == UInt8(ascii: "_") ? UInt8(ascii: "/") : $0
        }
        return text + [UInt8](repeating: UInt8(ascii: "="), count: (4 - text.count % 4) % 4)
    }
}
