import Frames
import Testing

@testable import Client

@Suite("Frames")
struct FrameTests {
    @Test("a server's frame is read whatever its length", arguments: [0, 1, 125, 126, 127, 65535, 65536, 70000])
    func lengths(count: Int) throws {
        let bytes = Peer.frame([UInt8](repeating: 0x61, count: count))
        let frame = try #require(try ServerFrame(bytes, at: 0, end: bytes.count, payloadLimit: 100_000))
        #expect(frame.opcode == .text)
        #expect(frame.isFinal)
        #expect(frame.count == bytes.count)
        #expect(frame.payloadCount == count)
        for end in 0..<frame.headerCount { #expect(try ServerFrame(bytes, at: 0, end: end, payloadLimit: 100_000) == nil) }
    }

    static let bad: [([UInt8], ClientError)] = [
        ([0xc1, 0], .malformed("a frame with reserved bits")), ([0x91, 0], .malformed("a frame with reserved bits")),
        ([0x83, 0], .malformed("a frame with reserved bits")), ([0x8f, 0], .malformed("a frame with reserved bits")),
        ([0x81, 0x80], .malformed("a masked frame")), ([0x81, 0xff], .malformed("a masked frame")),
        ([0x09, 0], .malformed("a long or fragmented control frame")),
        ([0x89, 126, 0, 126], .malformed("a long or fragmented control frame")),
        ([0x81, 126, 1, 0], .tooLarge(byteLimit: 200)), ([0x81, 127, 0x7f, 255, 255, 255, 255, 255, 255, 255], .tooLarge(byteLimit: 200)),
        ([0x81, 127, 255, 255, 255, 255, 255, 255, 255, 255], .tooLarge(byteLimit: 200)),
    ]

    @Test("what a server may not send is refused", arguments: bad)
    func refuses(bytes: [UInt8], error: ClientError) {
        #expect(throws: error) { try ServerFrame(bytes, at: 0, end: bytes.count, payloadLimit: 200) }
    }

    /// RFC 6455 §5.7.
    @Test("a client's frame is masked as in the RFC")
    func masking() {
        var bytes: [UInt8] = []
        ClientFrame.append(.text, Array("Hello".utf8), key: 0x37fa_213d, to: &bytes)
        #expect(bytes == [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58])
    }

    @Test("a client's frame has the shortest length", arguments: [(125, 6), (126, 8), (65535, 8), (65536, 14)])
    func clientLengths(count: Int, header: Int) {
        var bytes: [UInt8] = [1, 2, 3]
        ClientFrame.append(.binary, [UInt8](repeating: 7, count: count), key: 0, to: &bytes)
        #expect(bytes.count == 3 + header + count)
        #expect(bytes.last == 7)
    }

    @Test("a close frame's reason is cut between characters")
    func closeReason() throws {
        let payload = CloseFrame.payload(code: 1012, reason: String(repeating: "é", count: 100))
        #expect(payload.count == 124)
        let frame = try CloseFrame(payload)
        #expect(frame.code == 1012)
        #expect(frame.reason == String(repeating: "é", count: 61))
        #expect(try CloseFrame([]).code == nil)
        #expect(throws: ClientError.malformed("half a close code")) { try CloseFrame([3]) }
    }

    /// RFC 6455 §1.3.
    @Test("the handshake's answer is computed as in the RFC")
    func accept() {
        #expect(WebSocketUpgrade.accept(for: Array("dGhlIHNhbXBsZSBub25jZQ==".utf8)) == Array("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".utf8))
    }
}
