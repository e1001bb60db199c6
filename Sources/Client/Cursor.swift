/// A place in a broker's journal: all changes up to and with `sequence` are known.
package struct Cursor: Hashable, Sendable {
    /// The identity of the journal; a cursor of another one is not reachable.
    package let epoch: String
    package let sequence: Int64

    package init(epoch: String, sequence: Int64) {
        self.epoch = epoch
        self.sequence = sequence
    }
}
