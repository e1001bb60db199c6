/// What one transaction applies: mutations in order, and everything else the engine may depend on besides its file.
package struct Block: Sendable {
    package var mutations: [Mutation]
    /// The wall clock, microseconds since 1970 UTC; may step back.
    package var now: Int64
    /// Microseconds of monotonic time since the previous block.
    package var elapsed: Int64
    /// Where random values of this block come from.
    package var seed: UInt64

    package init(mutations: [Mutation], now: Int64, elapsed: Int64, seed: UInt64) {
        self.mutations = mutations
        self.now = now
        self.elapsed = min(max(0, elapsed), Block.longestElapsed)
        self.seed = seed
    }

    /// However long nothing ran, a block counts as at most ten seconds (microseconds): a suspended machine makes nothing expire.
    package static let longestElapsed: Int64 = 10_000_000
}

/// Where blocks come from: the only place that knows what puts mutations in order.
///
/// `propose` may be called on any thread, the rest on the engine's.
package protocol BlockSource: AnyObject, Sendable {
    /// Asks for a mutation to be put in order.
    /// - Parameter byteCount: about what the mutation takes in memory.
    /// - Returns: false when there is no room: the caller answers 503.
    func propose(_ mutation: Mutation, byteCount: Int) -> Bool

    /// The next block; an empty one when `microseconds` passed with nothing to do (nil: waits without an end).
    /// - Returns: nil once the source is closed and all its blocks were taken.
    func next(dueIn microseconds: Int64?) -> Block?

    /// Whether the next block would have to be waited for.
    var isIdle: Bool { get }

    /// Takes no more mutations.
    func close()
}
