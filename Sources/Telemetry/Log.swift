import Synchronization
import System

/// Writes log lines. Any thread; a line that is not wanted costs one atomic load, and its message and fields are not made.
package final class Log: Sendable {
    private let format: LogFormat
    private let overrides: [String: LogLevel]
    private let lowestOverride: LogLevel
    private let currentThreshold: Atomic<UInt8>
    private let now: @Sendable () -> Int64
    private let sink: @Sendable ([UInt8]) -> Void

    /// - Parameters:
    ///   - threshold: the least level that is written.
    ///   - overrides: other thresholds, by component; they stay as they are.
    ///   - now: microseconds since 1970 UTC.
    ///   - sink: takes each line with its newline, from whichever thread logs.
    package init(
        threshold: LogLevel = .info, overrides: [String: LogLevel] = [:], format: LogFormat = .ofStandardError(),
        now: @escaping @Sendable () -> Int64 = { WallTime.microseconds() },
        sink: @escaping @Sendable ([UInt8]) -> Void = { StandardError.write($0) }
    ) {
        self.format = format
        self.overrides = overrides
        self.now = now
        self.sink = sink
        lowestOverride = overrides.values.min() ?? .critical
        currentThreshold = Atomic(threshold.rawValue)
    }

    /// The least level that is written, of components without an override. May be set while others log.
    package var threshold: LogLevel {
        get { LogLevel(rawValue: currentThreshold.load(ordering: .relaxed)) ?? .critical }
        set { currentThreshold.store(newValue.rawValue, ordering: .relaxed) }
    }

    package func isEnabled(_ level: LogLevel, _ component: String) -> Bool {
        let threshold = threshold
        guard level >= min(threshold, lowestOverride) else { return false }
        return level >= (overrides[component] ?? threshold)
    }

    /// Writes a line when `level` is enabled for `component`. Field keys are constants; values may be anything, but not secrets.
    package func write(
        _ level: LogLevel, _ component: String, _ message: @autoclosure () -> String, _ fields: @autoclosure () -> [LogField] = []
    ) {
        guard isEnabled(level, component) else { return }
        sink(format.line(LogEntry(time: now(), level: level, component: component, message: message(), fields: fields())))
    }
}
