import Glibc

/// Where log lines go. Any thread.
package enum StandardError {
    /// Writes with one write(2) where the system takes it all, so lines of threads do not mix. What cannot be written is lost.
    package static func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            guard count >= 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(0, count))
        }
    }

    package static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Whether the systemd journal reads it. Source: systemd.exec(5), `$JOURNAL_STREAM`: device and inode of the stream.
    package static var isJournal: Bool {
        var status = stat()
        guard unsafe fstat(STDERR_FILENO, &status) == 0 else { return false }
        return Environment.value(of: "JOURNAL_STREAM") == "\(status.st_dev):\(status.st_ino)"
    }
}
