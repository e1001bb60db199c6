import Frames
import JSON

@testable import Client

/// The server's side of RFC 6455 and of the channel protocol, as far as the scripts need it.
extension Peer {
    /// Reads the upgrade and accepts it; the request's lines.
    @discardableResult
    func acceptUpgrade() throws -> [String] {
        let head = try readHead()
        guard let line = head.first(where: { $0.hasPrefix("Sec-WebSocket-Key: ") }) else { throw ScriptError(message: "no key") }
        let accept = WebSocketUpgrade.accept(for: Array(line.dropFirst("Sec-WebSocket-Key: ".count).utf8))
        try write(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: \(String(decoding: accept, as: UTF8.self))\r\n\r\n")
        return head
    }

    /// The next frame, unmasked.
    func readFrame() throws -> (opcode: UInt8, payload: [UInt8]) {
        let head = try read(2)
        guard head[0] & 0xf0 == 0x80, head[1] & 0x80 != 0 else { throw ScriptError(message: "not a whole masked frame") }
        let short = Int(head[1] & 0x7f)
        let length = short < 126 ? short : try read(short == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) }
        let mask = try read(4)
        return (head[0] & 0x0f, try read(length).enumerated().map { $1 ^ mask[$0 & 3] })
    }

    func expectFrame(_ opcode: UInt8, _ payload: [UInt8]) throws {
        let frame = try readFrame()
        guard frame.opcode == opcode, frame.payload == payload else { throw ScriptError(message: "came \(frame)") }
    }

    func send(text: String) throws { try write(Peer.frame(Array(text.utf8))) }

    static func frame(_ payload: [UInt8]) -> [UInt8] {
        var builder = FrameBlockBuilder()
        builder.append(.text, payload: payload)
        return builder.take().bytes
    }

    /// The next message of version 2.
    func readMessage() throws -> RealtimeMessage {
        let frame = try readFrame()
        guard frame.opcode == 1 else { throw ScriptError(message: "opcode \(frame.opcode)") }
        return try RealtimeMessage(frame.payload)
    }

    func expectMessage(_ event: String, _ topic: String) throws -> RealtimeMessage {
        let message = try readMessage()
        guard message.event == event, message.topic == topic else {
            throw ScriptError(message: "expected \(event) on \(topic), not \(message.event) on \(message.topic)")
        }
        return message
    }

    func reply(to message: RealtimeMessage, _ response: String = "{}", status: String = "ok") throws {
        let joinRef = message.joinRef.map { "\"\($0)\"" } ?? "null"
        let reply =
            #"[\#(joinRef),"\#(message.ref ?? "")","\#(message.topic)","phx_reply",{"status":"\#(status)","response":\#(response)}]"#
        try send(text: reply)
    }

    func sendChange(_ topic: String, sequence: Int, epoch: String = "e1", _ record: String = #"{"id":7}"#) throws {
        let data = #"{"schema":"public","table":"uploads","type":"UPDATE","record":\#(record),"sequence":\#(sequence),"epoch":"\#(epoch)"}"#
        try send(text: #"[null,null,"\#(topic)","postgres_changes",{"ids":[1],"data":\#(data)}]"#)
    }
}
