import Glibc

/// Signals taken by a thread that waits for them, never by a handler.
package enum Signals {
    package static let hangUp = SIGHUP
    package static let interrupt = SIGINT
    package static let terminate = SIGTERM
    package static let user1 = SIGUSR1
    package static let user2 = SIGUSR2

    /// Holds signals back from this thread and those it starts: call it in main before any thread is started.
    package static func block(_ signals: [Int32]) {
        var set = set(of: signals)
        let code = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        precondition(code == 0, "signals could not be blocked")
    }

    /// Waits for one of the signals, which must be blocked in every thread, and returns it.
    package static func wait(_ signals: [Int32]) -> Int32 {
        var set = set(of: signals)
        var signal: Int32 = 0
        let code = unsafe sigwait(&set, &signal)
        precondition(code == 0, "signals could not be waited for")
        return signal
    }

    /// Writes to a closed socket or pipe fail with EPIPE from now on, in the whole process, rather than end it.
    package static func ignoreBrokenPipes() {
        _ = signal(SIGPIPE, SIG_IGN)
    }

    private static func set(of signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals {
            let code = unsafe sigaddset(&set, signal)
            precondition(code == 0, "there is no signal \(signal)")
        }
        return set
    }
}
