internal import CLibWebSockets
internal import Glibc

/// The few system calls on sockets that the room makes itself, each with one answer shape. None of them blocks.
enum Socket {
    /// What a read or a write came to.
    enum Outcome {
        case bytes(Int)
        /// The peer has closed its side.
        case end
        /// Nothing to read or no room to write now.
        case later
        case failed
    }

    /// What waits to be read, left where it is.
    static func peek(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
        unsafe outcome(recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_PEEK | MSG_DONTWAIT)))
    }

    static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
        unsafe outcome(recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT)))
    }

    static func write(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) -> Outcome {
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe outcome(send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT)))
        }
    }

    private static func outcome(_ result: Int) -> Outcome {
        if result > 0 { return .bytes(result) }
        if result == 0 { return .end }
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? .later : .failed
    }

    /// One waiting connection, non-blocking, with small answers not held back and the kernel's send buffer bounded.
    /// - Returns: `nil` and the reason in `errno` when there is none.
    static func accept(_ listener: Int32, sendBufferBytes: Int) -> Int32? {
        let descriptor = sluice_accept(listener)
        guard descriptor >= 0 else { return nil }
        set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        // The kernel doubles the value for its own bookkeeping.
        if sendBufferBytes > 0 { set(descriptor, SOL_SOCKET, SO_SNDBUF, Int32(clamping: sendBufferBytes / 2)) }
        return descriptor
    }

    /// Whether the peer will send nothing more, because it has closed its side or is gone.
    static func peerHasFinished(_ descriptor: Int32) -> Bool {
        var watched = pollfd(fd: descriptor, events: sluice_peer_finished, revents: 0)
        return unsafe poll(&watched, 1, 0) > 0
    }

    /// The socket counts as readable only once `bytes` wait (or the peer has closed): what is known to be too little is not reported again,
    /// but for moments in which the peer's window is all but shut (tcp_epollin_ready).
    static func setLowWater(_ descriptor: Int32, _ bytes: Int) {
        set(descriptor, SOL_SOCKET, SO_RCVLOWAT, Int32(clamping: bytes))
    }

    static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    static func finishWriting(_ descriptor: Int32) {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// A second descriptor of the same socket.
    static func duplicate(_ descriptor: Int32) -> Int32? {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        return copy >= 0 ? copy : nil
    }

    static func close(_ descriptor: Int32) {
        Glibc.close(descriptor)
    }

    /// The peer's numeric address; an IPv4 peer of an IPv6 socket in its IPv4 form; empty when it has gone.
    static func peerAddress(_ descriptor: Int32) -> String {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let known = unsafe withUnsafeMutableBytes(of: &storage) { raw in
            guard let address = unsafe raw.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return false }
            return unsafe getpeername(descriptor, address, &length) == 0
                && getnameinfo(address, length, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST) == 0
        }
        guard known else { return "" }
        let text = String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : text
    }
}
