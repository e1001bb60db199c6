import Glibc

/// A raw TCP client over blocking loopback sockets that speaks just enough HTTP and WebSocket to say wrong things on purpose.
final class TestClient {
    struct Response: Equatable {
        var status: Int
        var headers: [String: String]
        var body: String
    }

    struct Frame: Equatable {
        var opcode: UInt8
        var payload: [UInt8]
        var isFinal = true

        var text: String { String(decoding: payload, as: UTF8.self) }
        /// The code of a close frame.
        var closeCode: Int? { opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil }
    }

    private let descriptor: Int32
    private var received: [UInt8] = []
    private var isEnded = false

    /// - Parameter receiveBufferBytes: a small one makes a reader that holds up its server soon.
    init(port: UInt16, receiveBufferBytes: Int32? = nil) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        if var bytes = receiveBufferBytes {
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        precondition(result == 0, "the loop does not listen (errno \(errno))")
    }

    deinit {
        Glibc.close(descriptor)
    }

    // MARK: - Bytes

    func send(_ text: String) { send(Array(text.utf8)) }

    /// Gives up silently when the server has closed.
    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    func finishWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Bytes that wait in the kernel right now are taken in too.
    private func receiveMore() -> Bool {
        guard !isEnded else { return false }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else {
            isEnded = true
            return false
        }
        received += chunk[..<count]
        return true
    }

    private func take(_ count: Int) -> [UInt8]? {
        while received.count < count { guard receiveMore() else { return nil } }
        defer { received.removeFirst(count) }
        return Array(received[..<count])
    }

    /// Whether the server closes (or resets) within the time limit, having sent nothing more.
    func isClosedByServer() -> Bool {
        while received.isEmpty { guard receiveMore() else { return true } }
        return false
    }

    // MARK: - HTTP

    /// One response; `nil` when the connection ends first. `toHead`: no body follows whatever the headers say.
    func response(toHead: Bool = false) -> Response? {
        var end: Int?
        var seen = 0
        while end == nil {
            end = emptyLine(from: max(0, seen - 3))
            seen = received.count
            if end == nil, !receiveMore() { return nil }
        }
        guard let end, let head = take(end + 4) else { return nil }
        var lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n").map(String.init)
        let status = Int(lines.removeFirst().split(separator: " ")[1]) ?? 0
        var headers: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        }
        let count = toHead ? 0 : headers["content-length"].flatMap(Int.init) ?? 0
        guard let body = take(count) else { return nil }
        return Response(status: status, headers: headers, body: String(decoding: body, as: UTF8.self))
    }

    private func emptyLine(from start: Int) -> Int? {
        guard received.count >= start + 4 else { return nil }
        return (start...(received.count - 4)).first {
            received[$0] == 13 && received[$0 + 1] == 10 && received[$0 + 2] == 13 && received[$0 + 3] == 10
        }
    }

    // MARK: - WebSocket

    static let key = "dGhlIHNhbXBsZSBub25jZQ=="

    static func handshake(_ path: String = "/socket", _ changes: [String: String?] = [:], method: String = "GET") -> String {
        var headers: [String: String] = [
            "Host": "localhost", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key,
        ]
        for (name, value) in changes { headers[name] = value }
        let lines = headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }
        return "\(method) \(path) HTTP/1.1\r\n\(lines.joined())\r\n"
    }

    /// Shakes hands; traps when that does not work, since nothing else would.
    func open(_ path: String = "/socket") {
        send(Self.handshake(path))
        let answer = response()
        precondition(answer?.status == 101, "no handshake: \(String(describing: answer))")
    }

    func send(frame opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true) {
        send(Self.frame(opcode, payload, isFinal: isFinal))
    }

    func send(text: String) { send(frame: 1, Array(text.utf8)) }

    /// A masked client frame.
    static func frame(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true, reserved: UInt8 = 0) -> [UInt8] {
        // Masking megabytes takes seconds in a debug build; with a mask of zeros there is nothing to do.
        let mask: [UInt8] = payload.count < 1_000 ? [0x12, 0x34, 0x56, 0x78] : [0, 0, 0, 0]
        var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | reserved | opcode]
        switch payload.count {
        case ..<126: bytes.append(0x80 | UInt8(payload.count))
        case ..<65_536: bytes += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        default: bytes += [0x80 | 127] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
        }
        return bytes + mask + (mask[0] == 0 ? payload : payload.enumerated().map { $0.element ^ mask[$0.offset & 3] })
    }

    /// The next frame; `nil` when the connection ends first.
    func frame() -> Frame? {
        guard let start = take(2) else { return nil }
        var count = Int(start[1] & 127)
        if count >= 126 {
            guard let length = take(count == 126 ? 2 : 8) else { return nil }
            count = length.reduce(0) { $0 << 8 | Int($1) }
        }
        guard let payload = take(count) else { return nil }
        return Frame(opcode: start[0] & 15, payload: payload, isFinal: start[0] & 0x80 != 0)
    }

    /// Exactly `count` bytes; `nil` when the connection ends first.
    func bytes(_ count: Int) -> [UInt8]? { take(count) }

    /// Everything up to the end of the connection.
    func rest() -> [UInt8] {
        while receiveMore() {}
        defer { received = [] }
        return received
    }
}
