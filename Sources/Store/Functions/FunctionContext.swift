package import Access

/// What `now()`, `auth_uid()`, `auth_role()` and `gen_random_uuid()` answer; set before a statement runs, on the connection's thread.
package final class FunctionContext {
    /// Microseconds since 1970 UTC: the block's for a mutation, the snapshot's for a read.
    package var now: Int64
    package var actor: Claims
    private var random = SplitMix64(seed: 0)

    package init(now: Int64 = 0, actor: Claims = .service) {
        self.now = now
        self.actor = actor
    }

    /// Starts the sequence of uuids anew: equal seeds give equal sequences, so that a block applied twice makes the same rows.
    package func reseed(_ seed: UInt64) { random = SplitMix64(seed: seed) }

    /// The next version 4 uuid of the sequence, 36 characters.
    package func nextUUID() -> [UInt8] { UUIDText.version4(random.next(), random.next()) }
}

/// Source: prng.di.unimi.it/splitmix64.c.
private struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
