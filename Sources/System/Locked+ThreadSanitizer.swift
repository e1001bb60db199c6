#if THREAD_SANITIZER
    /// `Locked` over a pthread mutex: the slow path of `Synchronization.Mutex` lies in a library without instrumentation, and the thread
    /// sanitizer reports races that are none.
    @safe package struct Locked<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
        // Sendable: the value is touched only between lock and unlock.
        private let condition = LockAndCondition()
        private let value: UnsafeMutablePointer<Value>

        package init(_ value: consuming sending Value) {
            unsafe self.value = .allocate(capacity: 1)
            unsafe self.value.initialize(to: value)
        }

        package borrowing func withLock<R: ~Copyable, E>(
            _ body: (inout sending Value) throws(E) -> sending R
        ) throws(E) -> sending R {
            condition.lock()
            defer { condition.unlock() }
            return try unsafe body(&value.pointee)
        }

        deinit {
            unsafe value.deinitialize(count: 1)
            unsafe value.deallocate()
        }
    }
#endif
