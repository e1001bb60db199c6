/// A subscriber's place: the sequence up to which it has everything, and the epoch in which it was told that number.
package struct Cursor: Hashable, Sendable {
    package let epoch: Epoch
    package let sequence: SequenceNumber

    package init(epoch: Epoch, sequence: SequenceNumber) {
        self.epoch = epoch
        self.sequence = sequence
    }
}

/// Changes from the journal, oldest first.
package struct JournalPage: Sendable {
    package let changes: [Change]
    /// Every change that was asked for up to here is in this page or in an earlier one; the next page goes on after it.
    package let reached: SequenceNumber
    /// Whether nothing that was asked for is left.
    package let isLast: Bool

    package init(changes: [Change], reached: SequenceNumber, isLast: Bool) {
        self.changes = changes
        self.reached = reached
        self.isLast = isLast
    }
}
