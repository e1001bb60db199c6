import System

/// A moment of the monotonic clock by which something must be done.
struct Deadline: Comparable, Sendable {
    static let never = Deadline(nanoseconds: .max)
    /// Past already: what is there is taken, nothing is waited for.
    static let now = Deadline(nanoseconds: 0)

    /// As `MonotonicTime` counts.
    let nanoseconds: Int64

    init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    init(after duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (length, overflowsToo) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        let (sum, overflowsAtLast) = MonotonicTime.nanoseconds().addingReportingOverflow(length)
        nanoseconds = overflows || overflowsToo || overflowsAtLast ? (seconds < 0 ? .min : .max) : sum
    }

    static func < (left: Deadline, right: Deadline) -> Bool { left.nanoseconds < right.nanoseconds }

    var isPast: Bool { nanoseconds <= MonotonicTime.nanoseconds() }

    /// How long poll(2) and epoll_wait(2) are to wait: rounded up, -1 for ever.
    var pollMilliseconds: Int32 {
        guard self != .never else { return -1 }
        let now = MonotonicTime.nanoseconds()
        guard nanoseconds > now else { return 0 }
        let (rest, overflows) = nanoseconds.subtractingReportingOverflow(now)
        return overflows ? .max : Int32(clamping: rest / 1_000_000 + (rest % 1_000_000 == 0 ? 0 : 1))
    }
}
