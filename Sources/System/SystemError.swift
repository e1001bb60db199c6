import Glibc

/// A call into the operating system failed.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried, in a word or two: "open", "create thread".
    package let operation: String
    /// What it was tried on; may be empty.
    package let path: String
    /// The C error number.
    package let errno: Int32

    package init(operation: String, path: String = "", errno: Int32) {
        self.operation = operation
        self.path = path
        self.errno = errno
    }

    /// The error that the last call of this thread left.
    static func last(_ operation: String, _ path: String = "") -> SystemError {
        SystemError(operation: operation, path: path, errno: Glibc.errno)
    }

    /// As in "open data/lock: permission denied".
    package var description: String {
        let subject = path.isEmpty ? operation : "\(operation) \(path)"
        return "\(subject): \(Self.reason(errno))"
    }

    private static func reason(_ errno: Int32) -> String {
        var text = [CChar](repeating: 0, count: 128)
        let code = unsafe strerror_r(errno, &text, text.count)
        guard code == 0 else { return "error \(errno)" }
        let reason = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return reason.prefix(1).lowercased() + reason.dropFirst()
    }
}
