import CThreads
import Glibc

/// A pthread mutex and one condition to wait for under it, on the monotonic clock. Any thread; not recursive.
@safe final class LockAndCondition: @unchecked Sendable {
    // Sendable: POSIX says of both objects that any thread may use them at their address, which stays.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe condition.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        let codes = unsafe [
            pthread_mutex_init(mutex, nil), pthread_condattr_init(&attributes),
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC), pthread_cond_init(condition, &attributes),
            pthread_condattr_destroy(&attributes),
        ]
        precondition(codes.allSatisfy { $0 == 0 }, "a lock could not be made")
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    func lock() {
        let code = unsafe pthread_mutex_lock(mutex)
        precondition(code == 0, "a lock could not be taken")
    }

    func unlock() {
        unsafe pthread_mutex_unlock(mutex)
    }

    /// Wakes one waiter, if there is any.
    func signal() {
        unsafe pthread_cond_signal(condition)
    }

    /// Gives the lock up until a signal or, when not nil, until a time of the monotonic clock in nanoseconds; may also return early.
    /// - Returns: false once that time has passed.
    func wait(until deadline: Int64?) -> Bool {
        guard let deadline else { return unsafe pthread_cond_wait(condition, mutex) == 0 }
        var time = timespec(tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
        // The clock is named in the call: a preloaded libfaketime takes the deadline of pthread_cond_timedwait for wall time and does not
        // wait at all.
        return unsafe sluice_cond_wait_until(condition, mutex, CLOCK_MONOTONIC, &time) != ETIMEDOUT
    }
}
