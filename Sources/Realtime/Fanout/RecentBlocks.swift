internal import Engine
internal import Store

/// The newest blocks with changes, as references: what channels that are a little behind are served from. Confined to the loop.
struct RecentBlocks {
    /// Nil where a block was let go.
    private var blocks: [CommittedBlock?] = []
    private var first = 0
    private var byteCount = 0
    private let byteLimit: Int
    /// Every change after it is here.
    private(set) var floor: SequenceNumber

    init(head: SequenceNumber, byteLimit: Int) {
        floor = head
        self.byteLimit = byteLimit
    }

    mutating func append(_ block: CommittedBlock) {
        guard !block.changes.isEmpty else { return }
        blocks.append(block)
        byteCount += block.byteCount
        while byteCount > byteLimit, first < blocks.count {
            if let oldest = blocks[first] {
                byteCount -= oldest.byteCount
                floor = oldest.head
            }
            blocks[first] = nil
            first += 1
        }
        if first * 2 > blocks.count {
            blocks.removeFirst(first)
            first = 0
        }
    }

    /// Calls `body` with the changes after `sequence` in order, until it answers false.
    func forEachChange(after sequence: SequenceNumber, _ body: (Change) -> Bool) {
        var low = first
        var high = blocks.count
        while low < high {
            let middle = low + (high - low) / 2
            if let block = blocks[middle], block.head > sequence { high = middle } else { low = middle + 1 }
        }
        for case let block? in blocks[low...] {
            for change in block.changes[Self.place(after: sequence, in: block.changes)...] {
                guard body(change) else { return }
            }
        }
    }

    private static func place(after sequence: SequenceNumber, in changes: [Change]) -> Int {
        var low = 0
        var high = changes.count
        while low < high {
            let middle = low + (high - low) / 2
            if changes[middle].sequence > sequence { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
