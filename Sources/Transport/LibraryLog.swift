internal import CLibWebSockets
internal import Synchronization
internal import System

/// Where the library's errors and warnings go: nowhere, unless a sink is set.
package enum LibraryLog {
    private static let sink = Locked<(@Sendable (String) -> Void)?>(nil)

    /// Sets the process's sink; it is called on loop threads, must not block, and gets one line without its line end. Neither a query
    /// string nor a header is ever in it: the library sees only handshakes that the room wrote itself.
    package static func setSink(_ new: (@Sendable (String) -> Void)?) {
        sink.withLock { $0 = new }
    }

    /// The version of the library in use, such as `4.1.6`.
    package static var libraryVersion: String {
        let text = unsafe lws_get_library_version().map { unsafe String(cString: $0) } ?? ""
        return String(text.prefix { $0 != "-" })
    }

    /// Errors and warnings only: a level below formats a line per event.
    static func install() {
        unsafe lws_set_log_level(Int32(LLL_ERR | LLL_WARN)) { _, line in
            guard let current = LibraryLog.sink.withLock({ $0 }), let line = unsafe line else { return }
            let text = unsafe String(cString: line)
            // libwebsockets 4.1.6 reports each adoption with a read buffer as an error (core-net/adopt.c, adopt_socket_readbuf).
            guard !text.contains("adopt_socket_readbuf") else { return }
            current(text.hasSuffix("\n") ? String(text.dropLast()) : text)
        }
    }
}
