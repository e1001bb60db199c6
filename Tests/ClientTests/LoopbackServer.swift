import Client
import Glibc
import System

/// A server on loopback that follows a script: its connections are served in turn on one thread.
final class LoopbackServer: Sendable {
    private let thread: Thread
    private let failures = Failures()
    let url: BrokerURL

    /// - Parameter script: called with each connection and its number, from 0; returning closes the connection.
    init(connections: Int = 1, _ script: @escaping @Sendable (Peer, Int) throws -> Void) throws {
        let listener = try Listener()
        url = try BrokerURL("http://127.0.0.1:\(listener.port)")
        thread = try Thread.start(name: "loopback") { [failures] in
            do {
                for number in 0..<connections { try script(try listener.accept(), number) }
            } catch { failures.note("\(error)") }
        }
    }

    /// Waits for the script's end; what went wrong in it.
    func finish() -> [String] {
        thread.join()
        return failures.all
    }
}

struct ScriptError: Error { let message: String }

private final class Failures: Sendable {
    private let messages = Locked<[String]>([])
    var all: [String] { messages.withLock { $0 } }
    func note(_ message: String) { messages.withLock { $0.append(message) } }
}

/// A listening socket; it gives up after ten seconds without a connection.
final class Listener: Sendable {
    private let descriptor: Int32
    let port: UInt16

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, size) == 0 && listen(descriptor, 128) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else { throw ScriptError(message: "no port") }
        port = UInt16(bigEndian: address.sin_port)
        limitWaiting(descriptor)
    }

    deinit { close(descriptor) }

    func accept() throws -> Peer {
        let accepted = Glibc.accept(descriptor, nil, nil)
        guard accepted >= 0 else { throw ScriptError(message: "nobody connects") }
        return Peer(accepted)
    }
}

/// The server's end of a connection. Every wait ends after ten seconds.
final class Peer {
    private let descriptor: Int32
    private var inbound: [UInt8] = []

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        limitWaiting(descriptor)
    }

    deinit { close(descriptor) }

    func write(_ text: String) throws { try write(Array(text.utf8)) }

    func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw ScriptError(message: "the client takes nothing") }
            rest = rest.dropFirst(count)
        }
    }

    func read(_ count: Int) throws -> [UInt8] {
        while inbound.count < count { try fill() }
        defer { inbound.removeFirst(count) }
        return Array(inbound[..<count])
    }

    /// A request's lines, without the empty one.
    func readHead() throws -> [String] {
        while true {
            let text = String(decoding: inbound, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let head = text[..<end.lowerBound]
                inbound.removeFirst(head.utf8.count + 4)
                return head.split(separator: "\r\n").map(String.init)
            }
            try fill()
        }
    }

    /// Whether the client has closed, once all it sent was read.
    func isAtEnd() throws -> Bool {
        guard inbound.isEmpty else { return false }
        return try receive() == 0
    }

    private func fill() throws {
        guard try receive() > 0 else { throw ScriptError(message: "the client closed") }
    }

    private func receive() throws -> Int {
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
        guard count >= 0 else { throw ScriptError(message: "the client says nothing") }
        inbound += chunk[..<count]
        return count
    }
}

private func limitWaiting(_ descriptor: Int32) {
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
}
