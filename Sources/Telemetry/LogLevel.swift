/// How much a log line matters.
package enum LogLevel: UInt8, Sendable, Comparable, CaseIterable {
    /// Off in production.
    case trace, debug
    /// Rare, and recovered from.
    case info
    /// The process's life: started, ready, stopping.
    case notice
    /// May become a fault.
    case warning
    /// Someone must look.
    case error
    /// The process ends.
    case critical

    /// As in configuration files and JSON lines: "notice".
    package var name: String {
        switch self {
        case .trace: "trace"
        case .debug: "debug"
        case .info: "info"
        case .notice: "notice"
        case .warning: "warning"
        case .error: "error"
        case .critical: "critical"
        }
    }

    package init?(name: String) {
        guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = level
    }

    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }

    /// Five characters, for terminals.
    var label: String {
        switch self {
        case .trace: "TRACE"
        case .debug: "DEBUG"
        case .info: "INFO "
        case .notice: "NOTE "
        case .warning: "WARN "
        case .error: "ERROR"
        case .critical: "CRIT "
        }
    }

    /// The number of an ANSI colour or weight: dim, plain, green, cyan, yellow, red, bold.
    var color: String {
        switch self {
        case .trace, .debug: "2"
        case .info: "32"
        case .notice: "36"
        case .warning: "33"
        case .error: "31"
        case .critical: "1;31"
        }
    }

    /// The syslog priority. Source: sd-daemon(3).
    var priority: Int64 {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
