import CEpoll
import Glibc
import System

/// A TCP socket that never blocks; closed when its owner lets it go. One thread.
///
/// All of this room's calls into the system stand in this file.
final class Socket {
    /// How far a read or a write got.
    enum Progress: Equatable {
        case bytes(Int)
        /// Nothing now; wait until the socket is ready.
        case blocked
        /// The peer has closed its side.
        case ended
    }

    enum Interest {
        case readable, writable
    }

    fileprivate let descriptor: Int32

    /// Starts to connect; `connectFailure` tells how it went once the socket is writable.
    init(connectingTo address: ResolvedAddress) throws(ClientError) {
        let type = Int32(bitPattern: SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { throw .system(SystemError(operation: "create socket", errno: errno)) }
        var yes: Int32 = 1
        unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        let code = unsafe address.bytes.withUnsafeBytes { raw in
            unsafe connect(descriptor, raw.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(raw.count))
        }
        guard code == 0 || errno == EINPROGRESS || errno == EINTR else { throw .unreachable(Self.reason("connect", errno)) }
    }

    deinit {
        close(descriptor)
    }

    /// Why the connection could not be made; nil when it stands.
    var connectFailure: ClientError? {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        if unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) != 0 { code = errno }
        return code == 0 ? nil : .unreachable(Self.reason("connect", code))
    }

    private static func reason(_ operation: String, _ code: Int32) -> String {
        SystemError(operation: operation, errno: code).description
    }

    /// Reads what is there into `buffer`, from `offset` on, as much as fits.
    func receive(into buffer: inout [UInt8], at offset: Int) throws(ClientError) -> Progress {
        let count = unsafe buffer.withUnsafeMutableBytes { raw in
            let free = unsafe UnsafeMutableRawBufferPointer(rebasing: raw[offset...])
            return unsafe recv(descriptor, free.baseAddress, free.count, 0)
        }
        return count == 0 ? .ended : try progress(count, of: "receive")
    }

    /// Writes as much of `bytes`, from `offset` on, as the kernel takes.
    func send(_ bytes: [UInt8], from offset: Int) throws(ClientError) -> Progress {
        let count = unsafe bytes.withUnsafeBytes { raw in
            let rest = unsafe UnsafeRawBufferPointer(rebasing: raw[offset...])
            return unsafe Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
        }
        return try progress(count, of: "send")
    }

    private func progress(_ count: Int, of operation: String) throws(ClientError) -> Progress {
        if count >= 0 { return .bytes(count) }
        guard errno == EAGAIN || errno == EINTR else { throw .connectionLost(Self.reason(operation, errno)) }
        return .blocked
    }

    /// Waits until the socket is ready, or failed, or the time has come: then false.
    func wait(for interest: Interest, until deadline: Deadline) throws(ClientError) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(interest == .readable ? POLLIN : POLLOUT), revents: 0)
        while true {
            let count = unsafe poll(&entry, 1, deadline.pollMilliseconds)
            if count > 0 { return true }
            if count == 0, deadline.isPast { return false }
            guard count == 0 || errno == EINTR else { throw .system(SystemError(operation: "poll", errno: errno)) }
        }
    }

    /// Does nothing until the time has come.
    static func pause(until deadline: Deadline) {
        while !deadline.isPast { poll(nil, 0, deadline.pollMilliseconds) }
    }
}

/// An address in the form the kernel takes.
struct ResolvedAddress: Sendable {
    fileprivate let family: Int32
    /// A `sockaddr_in` or `sockaddr_in6`.
    fileprivate let bytes: [UInt8]

    /// The addresses of a host, in the order in which they are to be tried. Blocks for as long as the system's resolver does.
    static func resolve(_ host: String, port: UInt16) throws(ClientError) -> [ResolvedAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(bitPattern: SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else { throw .unreachable("\(host): \(unsafe String(cString: gai_strerror(code)))") }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [ResolvedAddress] = []
        var entry = unsafe list
        while let info = unsafe entry {
            let bytes = unsafe Array(UnsafeRawBufferPointer(start: info.pointee.ai_addr, count: Int(info.pointee.ai_addrlen)))
            addresses.append(ResolvedAddress(family: unsafe info.pointee.ai_family, bytes: bytes))
            unsafe entry = info.pointee.ai_next
        }
        return addresses
    }
}

/// Waits for many sockets at once, level-triggered. One thread. Source: epoll(7).
@safe struct Poller: ~Copyable {
    /// A socket that is ready, by the number it was added with.
    struct Ready {
        var number = 0
        var isReadable = false
        var isWritable = false
    }

    private static let batchLimit = 1024

    private let descriptor: Int32
    private var events = unsafe [epoll_event](repeating: epoll_event(), count: batchLimit)

    init() throws(ClientError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw .system(SystemError(operation: "create epoll", errno: errno)) }
    }

    deinit {
        close(descriptor)
    }

    /// Watches a socket until it is closed; always for input, for room to write when asked.
    func add(_ socket: Socket, number: Int, writable: Bool) throws(ClientError) {
        try control(EPOLL_CTL_ADD, socket, number, writable)
    }

    func change(_ socket: Socket, number: Int, writable: Bool) throws(ClientError) {
        try control(EPOLL_CTL_MOD, socket, number, writable)
    }

    private func control(_ operation: Int32, _ socket: Socket, _ number: Int, _ writable: Bool) throws(ClientError) {
        var event = unsafe epoll_event()
        unsafe event.events = EPOLLIN.rawValue | (writable ? EPOLLOUT.rawValue : 0)
        unsafe event.data.u64 = UInt64(truncatingIfNeeded: number)
        guard unsafe epoll_ctl(descriptor, operation, socket.descriptor, &event) == 0 else {
            throw .system(SystemError(operation: "epoll_ctl", errno: errno))
        }
    }

    /// Replaces `ready` by the sockets that are ready, by none when the time has come first. A failed socket is both readable and writable.
    mutating func wait(until deadline: Deadline, into ready: inout [Ready]) throws(ClientError) {
        ready.removeAll(keepingCapacity: true)
        let count = unsafe epoll_wait(descriptor, &events, Int32(Self.batchLimit), deadline.pollMilliseconds)
        guard count >= 0 || errno == EINTR else { throw .system(SystemError(operation: "epoll_wait", errno: errno)) }
        for index in 0..<max(0, Int(count)) {
            let event = unsafe events[index]
            let flags = unsafe event.events
            let failed = flags & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
            ready.append(
                Ready(
                    number: Int(truncatingIfNeeded: unsafe event.data.u64), isReadable: failed || flags & EPOLLIN.rawValue != 0,
                    isWritable: failed || flags & EPOLLOUT.rawValue != 0))
        }
    }
}
