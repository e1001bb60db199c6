package import Store

/// The epochs that a file knows, each with the first sequence it covers. Fixed while the broker runs.
package struct EpochHistory: Sendable {
    package struct Entry: Sendable {
        package let epoch: Epoch
        /// The first change that may be made in the epoch.
        package let first: SequenceNumber
        package init(epoch: Epoch, first: SequenceNumber) {
            self.epoch = epoch
            self.first = first
        }
    }

    private let entries: [Entry]

    /// - Parameter entries: oldest first, at least the running epoch.
    package init(_ entries: [Entry]) {
        precondition(!entries.isEmpty, "a running broker has an epoch")
        self.entries = entries
    }

    package var current: Epoch { entries[entries.count - 1].epoch }

    /// The epoch that covers a change: the last one that begins at it or before.
    package func epoch(of sequence: SequenceNumber) -> Epoch {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = low + (high - low) / 2
            if entries[middle].first <= sequence { low = middle + 1 } else { high = middle }
        }
        return entries[max(0, low - 1)].epoch
    }

    /// Whether a cursor may have been given out by this file: the epoch is known, and the sequence lies within it or just before it.
    ///
    /// The running epoch has no end here: a reader may have seen more than this loop.
    package func knows(_ sequence: SequenceNumber, in epoch: String) -> Bool {
        guard let place = entries.lastIndex(where: { $0.epoch.rawValue == epoch }) else { return false }
        guard sequence.next >= entries[place].first else { return false }
        return place + 1 == entries.count || sequence < entries[place + 1].first
    }
}
