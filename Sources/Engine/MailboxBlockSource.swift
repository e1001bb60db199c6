import System

/// Blocks of one machine: whatever waits in a bounded mailbox when the engine is ready for more.
///
/// An idle engine gets a single mutation at once; a busy one gets all that came meanwhile, up to the caps of a block.
package final class MailboxBlockSource: BlockSource {
    private struct Waiting: Sendable {
        let mutation: Mutation
        let byteCount: Int
    }

    /// What was taken from the mailbox beyond the caps of one block, and when the last block was made. The engine's thread only.
    private struct Rest: Sendable {
        var waiting: ArraySlice<Waiting> = []
        var madeAt = MonotonicTime.nanoseconds()
    }

    private let mailbox: Mailbox<Waiting>
    private let rest = Locked(Rest())
    private let mutationLimit: Int
    private let byteLimit: Int

    /// - Parameters:
    ///   - mailboxByteLimit: what may wait, in bytes; beyond it `propose` says no.
    ///   - mutationLimit: mutations of one block, at least 1.
    ///   - byteLimit: bytes of one block; a larger mutation comes alone.
    package init(mailboxByteLimit: Int = 64 << 20, mutationLimit: Int = 2_000, byteLimit: Int = 4 << 20) {
        mailbox = Mailbox(byteLimit: mailboxByteLimit)
        self.mutationLimit = max(1, mutationLimit)
        self.byteLimit = byteLimit
    }

    package func propose(_ mutation: Mutation, byteCount: Int) -> Bool {
        mailbox.put(Waiting(mutation: mutation, byteCount: byteCount), bytes: byteCount)
    }

    package var isIdle: Bool { mailbox.isEmpty && rest.withLock { $0.waiting.isEmpty } }

    package func close() { mailbox.close() }

    package func next(dueIn microseconds: Int64?) -> Block? {
        var waiting = rest.withLock { $0.waiting }
        if waiting.isEmpty {
            waiting = mailbox.takeAll(waitUpTo: microseconds.map { $0.clamped(to: 0...Block.longestElapsed) &* 1_000 })[...]
            if waiting.isEmpty, mailbox.isClosed, mailbox.isEmpty { return nil }
        }
        var mutations: [Mutation] = []
        mutations.reserveCapacity(min(waiting.count, mutationLimit))
        var bytes = 0
        while let first = waiting.first, mutations.count < mutationLimit, mutations.isEmpty || bytes + first.byteCount <= byteLimit {
            mutations.append(first.mutation)
            bytes += first.byteCount
            waiting.removeFirst()
        }
        let monotonic = MonotonicTime.nanoseconds()
        let elapsed = rest.withLock { rest in
            rest.waiting = waiting
            // Whole microseconds only, so that the parts below one are not lost over many blocks.
            let elapsed = (monotonic - rest.madeAt) / 1_000
            rest.madeAt += elapsed * 1_000
            return elapsed
        }
        return Block(mutations: mutations, now: WallTime.microseconds(), elapsed: elapsed, seed: Randomness.uint64())
    }
}

extension Comparable {
    fileprivate func clamped(to range: ClosedRange<Self>) -> Self { min(max(self, range.lowerBound), range.upperBound) }
}
