internal import Store

/// How a command ended; scripts rely on the numbers. Source: sysexits.h for those above 64, bash(1) for 130.
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

    /// What went wrong in this process: a configuration that is not good, else the environment.
    init(local error: any Error) {
        self.init("\(error)", error is ConfigurationError ? .badConfiguration : .failure)
    }
}
