/// A named value of a log line. The key says the unit: `commit.duration.us`.
package struct LogField: Sendable, Hashable {
    enum Value: Sendable, Hashable {
        case string(String)
        case int(Int64)
        case double(Double)
        case bool(Bool)
    }

    let key: String
    let value: Value

    package static func string(_ key: String, _ value: String) -> LogField { LogField(key: key, value: .string(value)) }
    package static func int(_ key: String, _ value: some BinaryInteger) -> LogField {
        LogField(key: key, value: .int(Int64(clamping: value)))
    }
    package static func double(_ key: String, _ value: Double) -> LogField { LogField(key: key, value: .double(value)) }
    package static func bool(_ key: String, _ value: Bool) -> LogField { LogField(key: key, value: .bool(value)) }

    /// Says that there is a secret, and nothing of it.
    package static func redacted(_ key: String) -> LogField { LogField(key: key, value: .string("[redacted]")) }
}
