/// Names one WebSocket connection of one event loop for as long as it lives.
///
/// A slot is used again by a later connection with another generation, so an id that has outlived its connection is recognised and ignored
/// everywhere. Ids of different loops may be equal: whoever keeps them across loops keeps the loop's index beside them.
package struct ConnectionID: Hashable, Sendable {
    let slot: UInt32
    let generation: UInt32

    init(slot: UInt32, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }

    /// The id as one number, for whoever keeps it without knowing this room.
    package var rawValue: UInt64 { UInt64(generation) << 32 | UInt64(slot) }

    package init(rawValue: UInt64) {
        slot = UInt32(truncatingIfNeeded: rawValue)
        generation = UInt32(truncatingIfNeeded: rawValue >> 32)
    }
}
