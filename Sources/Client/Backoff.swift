/// How long to wait before the next try: each delay twice the last, up to a limit, and each a random part of it off.
package struct Backoff: Sendable {
    private let first: Duration
    private let limit: Duration
    private var step: Duration

    package init(first: Duration = .milliseconds(250), limit: Duration = .seconds(10)) {
        self.first = first
        self.limit = limit
        step = first
    }

    /// Between half of the step and all of it, so that a thousand clients do not come back at once.
    package mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        defer { step = min(step * 2, limit) }
        return step * Double.random(in: 0.5..<1, using: &generator)
    }

    /// After a success: the next failure begins anew.
    package mutating func reset() { step = first }
}
