/// What one log line says.
struct LogEntry {
    /// Microseconds since 1970 UTC.
    let time: Int64
    let level: LogLevel
    let component: String
    let message: String
    let fields: [LogField]
}
