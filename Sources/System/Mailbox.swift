/// A queue in front of a thread: any thread puts, one thread takes all that waits. Bounded in bytes, first in, first out.
package final class Mailbox<Element: Sendable>: @unchecked Sendable {
    // Sendable: the variables are touched only while `gate` is locked.
    private let gate = LockAndCondition()
    private let byteLimit: Int
    private var waiting: [Element] = []
    private var waitingBytes = 0
    private var takerSleeps = false
    private var closed = false

    /// - Parameter byteLimit: the sum of what `put` was told, of the elements not yet taken.
    package init(byteLimit: Int) {
        self.byteLimit = byteLimit
    }

    /// Adds an element that counts as `bytes` (not negative), and wakes the taker if it sleeps: once per batch, whatever follows.
    /// - Returns: false, and the element is not added, when it does not fit or the mailbox is closed.
    package func put(_ element: Element, bytes: Int) -> Bool {
        gate.lock()
        let fits = !closed && bytes <= byteLimit - waitingBytes
        let wakes = fits && takerSleeps
        if fits {
            waiting.append(element)
            waitingBytes += bytes
            takerSleeps = false
        }
        gate.unlock()
        if wakes { gate.signal() }
        return fits
    }

    /// Takes all elements in the order they were put; waits for the first one. One thread only.
    ///
    /// Returns none when the wait ended first, or when the mailbox is closed and empty.
    /// - Parameter nanoseconds: how long to wait at most; nil waits without an end, 0 not at all.
    package func takeAll(waitUpTo nanoseconds: Int64?) -> [Element] {
        gate.lock()
        defer { gate.unlock() }
        if waiting.isEmpty, nanoseconds != 0 { sleep(nanoseconds) }
        let batch = waiting
        waiting = []
        waiting.reserveCapacity(min(batch.count, 1024))
        waitingBytes = 0
        return batch
    }

    private func sleep(_ nanoseconds: Int64?) {
        let deadline = nanoseconds.map { MonotonicTime.nanoseconds(after: $0) }
        var isInTime = true
        while waiting.isEmpty, !closed, isInTime {
            takerSleeps = true
            isInTime = gate.wait(until: deadline)
        }
        takerSleeps = false
    }

    /// Refuses further elements and wakes the taker; what waits can still be taken.
    package func close() {
        gate.lock()
        closed = true
        gate.unlock()
        gate.signal()
    }

    package var isClosed: Bool { read { closed } }
    package var isEmpty: Bool { read { waiting.isEmpty } }
    /// Bytes of the elements not yet taken.
    package var byteCount: Int { read { waitingBytes } }

    private func read<Answer>(_ answer: () -> Answer) -> Answer {
        gate.lock()
        defer { gate.unlock() }
        return answer()
    }
}
