import Glibc

/// This process.
package enum Process {
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
