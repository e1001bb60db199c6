import Glibc

/// Where data goes. Any thread.
package enum StandardOutput {
    /// Writes all bytes, waiting for a slow reader. What a closed reader does not take is lost.
    package static func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            guard count >= 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(0, count))
        }
    }

    package static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
}
