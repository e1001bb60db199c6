internal import Glibc
internal import Synchronization

/// A listening socket of one event loop.
///
/// Each loop has its own, all with `SO_REUSEPORT` on the same port, and the kernel spreads new connections over them: libwebsockets' own
/// sharing does not work in 4.1.6. Open the first with port 0 if need be and the others with the first one's `port`, joining it.
package final class Listener: Sendable {
    /// The port that was asked for, or that the system picked.
    package let port: UInt16
    private let descriptor: Atomic<Int32>

    private init(descriptor: Int32, port: UInt16) {
        self.descriptor = Atomic(descriptor)
        self.port = port
    }

    deinit {
        if let descriptor = take() { Socket.close(descriptor) }
    }

    /// The descriptor, given away: whoever takes it closes it.
    func take() -> Int32? {
        let taken = descriptor.exchange(-1, ordering: .acquiringAndReleasing)
        return taken >= 0 ? taken : nil
    }

    /// - Parameter other: a listener of this process on the same port, which the kernel lets this one share; nil wants the port for
    ///   this process alone, so that a second program on it is told.
    /// - Throws: a fault naming the address, with the system's `errno`.
    package static func open(_ address: ListenAddress, joining other: Listener? = nil) throws(TransportError) -> Listener {
        let subject = "\(address.host):\(address.port)"
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_PASSIVE
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(address.host, String(address.port), &hints, &found)
        guard code == 0, let info = unsafe found?.pointee else {
            throw TransportError(operation: .resolve, code: code, subject: subject)
        }
        defer { unsafe freeaddrinfo(found) }

        let kind = unsafe info.ai_socktype | Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = unsafe socket(info.ai_family, kind, info.ai_protocol)
        guard descriptor >= 0 else { throw TransportError(operation: .socket, code: errno, subject: subject) }
        Socket.set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
        if other != nil { Socket.set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1) }
        guard unsafe bind(descriptor, info.ai_addr, info.ai_addrlen) == 0 else {
            let code = errno
            Socket.close(descriptor)
            throw TransportError(operation: .bind, code: code, subject: subject)
        }
        // Set before bind it would also share the port with whoever has it; set now, others of this process may join.
        Socket.set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1)
        guard Glibc.listen(descriptor, SOMAXCONN) == 0, let port = boundPort(descriptor) else {
            let code = errno
            Socket.close(descriptor)
            throw TransportError(operation: .listen, code: code, subject: subject)
        }
        return Listener(descriptor: descriptor, port: port)
    }

    private static func boundPort(_ descriptor: Int32) -> UInt16? {
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let known = unsafe withUnsafeMutableBytes(of: &address) { raw in
            guard let generic = unsafe raw.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return false }
            return unsafe getsockname(descriptor, generic, &length) == 0
        }
        // The port stands at the same place for IPv4 and IPv6.
        return known ? UInt16(bigEndian: address.sin6_port) : nil
    }
}
