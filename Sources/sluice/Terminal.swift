internal import Glibc

/// Standard output for data, standard error for everything else; whole lines, written at once.
enum Terminal {
    static var isOutputTTY: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Whether output may carry colours: a terminal, and neither NO_COLOR nor TERM=dumb.
    static var hasColours: Bool { isOutputTTY && Environment["NO_COLOR"] == nil && Environment["TERM"] != "dumb" }

    static func output(_ line: String) { print(line) ; fflush(nil) }

    static func error(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes[written...].withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            written += count
        }
    }
}
