/// How a command ended; scripts rely on the numbers.
struct ExitCode: RawRepresentable, Equatable {
    let rawValue: Int32
    static let ok = ExitCode(rawValue: 0)
    static let failure = ExitCode(rawValue: 1)
    static let usage = ExitCode(rawValue: 2)
    static let notFound = ExitCode(rawValue: 3)
    static let refused = ExitCode(rawValue: 4)
    static let conflict = ExitCode(rawValue: 5)
    static let timedOut = ExitCode(rawValue: 6)
    static let unreachable = ExitCode(rawValue: 69)
    static let badConfiguration = ExitCode(rawValue: 78)
    static let interrupted = ExitCode(rawValue: 130)
}

/// Why a command cannot go on: a sentence for stderr and the exit code.
struct CommandError: Error {
    let message: String
    let code: ExitCode
    init(_ message: String, _ code: ExitCode = .failure) {
        self.message = message
        self.code = code
    }
}
