import JSON
import Testing

@testable import Client

@Suite("Readers of what a peer sends")
struct ParserTests {
    static let message = Array(#"["6",null,"realtime:ops","system",{"status":"ok","message":"é\n"}]"#.utf8)
    static let broadcast = [4, 12, 2, 2, 1] + Array("realtime:opshi{}payload".utf8)
    static let head = Array("HTTP/1.1 101 Switching\r\nUpgrade: websocket, x\r\nConnection:  keep-alive , Upgrade\t\r\n\r\n".utf8)

    @Test("take whole texts")
    func whole() throws {
        let message = try RealtimeMessage(Self.message)
        #expect(message.joinRef == "6")
        #expect(message.ref == nil)
        #expect(message.channel == "ops")
        #expect(message.payload["message"]?.string == "é\n")
        let broadcast = try #require(UserBroadcast(binary: Self.broadcast))
        #expect(broadcast.channel == "ops")
        #expect(broadcast.event == "hi")
        #expect(broadcast.payload == Array("payload".utf8))
        let head = try HTTPHead(Self.head)
        #expect(head.status == 101)
        #expect(head.has("websocket", in: "upgrade"))
        #expect(head.has("upgrade", in: "CONNECTION"))
        #expect(HTTPHead.end(in: Self.head, upTo: Self.head.count) == Self.head.count)
    }

    @Test("never trap on a text that is cut or changed anywhere", arguments: [message, broadcast, head])
    func fuzz(text: [UInt8]) {
        for index in text.indices {
            read(Array(text[..<index]))
            read(Array(text[index...]))
            for change in [1, 0x20, 0x80, 0xff] as [UInt8] {
                var changed = text
                changed[index] ^= change
                read(changed)
            }
        }
        for byte in UInt8.min...UInt8.max { read([byte, 255, 255, 255, byte, 255, 255, 255, 255, 255, 255]) }
    }

    private func read(_ bytes: [UInt8]) {
        _ = try? RealtimeMessage(bytes)
        _ = UserBroadcast(binary: bytes)
        _ = try? HTTPHead(bytes)
        _ = HTTPHead.end(in: bytes, upTo: bytes.count)
        _ = try? ServerFrame(bytes, at: 0, end: bytes.count, payloadLimit: 1000)
        _ = try? CloseFrame(bytes)
        _ = try? BrokerURL(String(decoding: bytes, as: UTF8.self))
    }

    @Test(
        "a message that is no array of five is refused",
        arguments: ["", "{}", "[]", #"["1","2","t","e"]"#, #"["1","2",3,"e",{}]"#, "[1,2,3,4,5]"])
    func refuses(text: String) {
        #expect(throws: ClientError.malformed("a message that is no array of five")) { try RealtimeMessage(Array(text.utf8)) }
    }
}
