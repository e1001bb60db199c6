import Glibc

/// The time of day. Any thread; may jump when the clock is set.
package enum WallTime {
    /// Microseconds since 1970-01-01 00:00 UTC.
    package static func microseconds() -> Int64 {
        ClockReading(CLOCK_REALTIME).nanoseconds / 1000
    }

    /// What the local time zone adds to UTC at a time.
    package static func secondsEastOfUTC(at microseconds: Int64) -> Int {
        var seconds = time_t(microseconds / 1_000_000)
        var local = unsafe tm()
        unsafe localtime_r(&seconds, &local)
        return unsafe local.tm_gmtoff
    }
}

/// Time that only passes, from an arbitrary start; not while the machine is suspended. Any thread.
package enum MonotonicTime {
    package static func nanoseconds() -> Int64 {
        ClockReading(CLOCK_MONOTONIC).nanoseconds
    }

    /// The time that is `duration` nanoseconds away; the last there is when that lies beyond.
    static func nanoseconds(after duration: Int64) -> Int64 {
        let (deadline, overflows) = nanoseconds().addingReportingOverflow(max(0, duration))
        return overflows ? .max : deadline
    }
}

/// Processor time that all threads of this process have used together.
package enum CPUTime {
    package static func nanoseconds() -> Int64 {
        ClockReading(CLOCK_PROCESS_CPUTIME_ID).nanoseconds
    }
}

private struct ClockReading {
    let nanoseconds: Int64

    init(_ clock: clockid_t) {
        var time = timespec()
        // Fails only for clocks that do not exist.
        unsafe clock_gettime(clock, &time)
        nanoseconds = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
