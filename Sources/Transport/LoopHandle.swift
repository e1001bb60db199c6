internal import System

/// A running event loop as other threads see it.
package final class LoopHandle: Sendable {
    /// The port the loop listens on.
    package let port: UInt16
    private let signal: LoopSignal
    private let thread: Thread

    init(port: UInt16, signal: LoopSignal, thread: Thread) {
        self.port = port
        self.signal = signal
        self.thread = thread
    }

    /// Has the delegate's `woken` called soon, once for however many wakes came before it. Any thread; a loop that has ended ignores it.
    package func wake() {
        signal.wake()
    }

    /// Waits until the loop's thread has ended, which takes someone on the loop to call `EventLoop.stop()`.
    package func join() {
        thread.join()
    }
}
