import Glibc

/// This process.
package enum Process {
    /// The words it was started with, its own name first.
    ///
    /// From the kernel: the standard library finds them by way of the environment's place in memory, which a preloaded library that sets a
    /// variable has moved (libfaketime does), and is left with none.
    package static var arguments: [String] {
        guard let words = try? File("/proc/self/cmdline").read(limit: 4 << 20) else { return CommandLine.arguments }
        return words.split(separator: 0, omittingEmptySubsequences: false).dropLast().map { String(decoding: $0, as: UTF8.self) }
    }

    /// Ends it in order, with what is registered to run at exit.
    package static func exit(_ code: Int32) -> Never { Glibc.exit(code) }

    /// Ends it now: nothing is flushed, closed or waited for.
    package static func exitAtOnce(_ code: Int32) -> Never { _exit(code) }

    /// What new files are created with is for the owner alone from now on.
    package static func keepFilesPrivate() { umask(0o077) }

    /// The folder that relative paths start from.
    package static var currentFolder: Folder {
        guard let path = unsafe getcwd(nil, 0) else { return Folder(".") }
        defer { unsafe free(path) }
        return unsafe Folder(String(cString: path))
    }

    /// Whether a person may be asked on standard input.
    package static var hasTerminalInput: Bool { isatty(STDIN_FILENO) == 1 }
}
