import Glibc

/// systemd, when it started this process. Source: sd_notify(3).
package enum ServiceManager {
    /// Tells of a state: "READY=1", "STOPPING=1", "STATUS=…", "WATCHDOG=1"; several are separated by newlines.
    ///
    /// Never waits. Does nothing when `$NOTIFY_SOCKET` is not set.
    /// - Returns: whether the message was handed over.
    @discardableResult
    package static func notify(_ state: String) -> Bool {
        guard let socket = Environment.value(of: "NOTIFY_SOCKET") else { return false }
        return notify(state, socket: socket)
    }

    /// - Parameter socket: a path, or `@` and a name in the abstract namespace.
    static func notify(_ state: String, socket name: String) -> Bool {
        guard let address = SocketAddress(name) else { return false }
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { return false }
        defer { close(number) }
        let message = Array(state.utf8)
        let sent = unsafe address.withUnsafePointer { address, length in
            unsafe sendto(number, message, message.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), address, length)
        }
        return sent == message.count
    }
}
