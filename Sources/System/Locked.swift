#if !THREAD_SANITIZER
    import Synchronization

    /// A value behind a lock, for what threads share.
    ///
    /// Never hold it across a call into C, a callback or another lock. Any thread; not recursive.
    package struct Locked<Value: ~Copyable>: ~Copyable, Sendable {
        private let mutex: Mutex<Value>

        package init(_ value: consuming sending Value) {
            mutex = Mutex(value)
        }

        /// Calls `body` with the value while no other thread has it.
        package borrowing func withLock<R: ~Copyable, E>(
            _ body: (inout sending Value) throws(E) -> sending R
        ) throws(E) -> sending R {
            try mutex.withLock(body)
        }
    }
#endif
