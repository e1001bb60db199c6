import System

/// How log lines are written; each is one line whatever its values hold.
package enum LogFormat: Sendable, Hashable {
    /// For a person who watches: time of day, level, message, fields.
    case terminal(colors: Bool)
    /// One JSON object per line: `ts` (RFC 3339, UTC, milliseconds), `level`, `msg`, `component`, then the fields.
    case json
    /// As `json`, behind the priority that the systemd journal reads: `<5>{…}`. Source: sd-daemon(3).
    case journal

    /// What fits standard error as it is now. Colours unless `$NO_COLOR` is set or the terminal is dumb.
    package static func ofStandardError() -> LogFormat {
        if StandardError.isTerminal {
            let isPlain = Environment.value(of: "NO_COLOR")?.isEmpty == false || Environment.value(of: "TERM") == "dumb"
            return .terminal(colors: !isPlain)
        }
        return StandardError.isJournal ? .journal : .json
    }

    /// The line with its newline.
    func line(_ entry: LogEntry) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(256)
        switch self {
        case .terminal(let colors):
            let offset = WallTime.secondsEastOfUTC(at: entry.time)
            line.appendTerminal(entry, CivilTime(entry.time, secondsEastOfUTC: offset), colors: colors)
        case .json:
            line.appendJSON(entry)
        case .journal:
            line.append(UInt8(ascii: "<"))
            line.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: entry.level.priority))
            line.append(UInt8(ascii: ">"))
            line.appendJSON(entry)
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }
}
