package import Store

/// What a hub asks of the journal for channels that are behind. Everything in it is read in one snapshot.
package struct ReplayRequest: Sendable {
    package enum Scope: Sendable {
        /// Changes of these tables (`Table.id`), by the journal's order.
        case tables(Set<Int>)
        /// Changes of one row, by the journal's (table, key, sequence) index.
        case row(Table, RowKey)
    }

    /// The hub's name for the request, given back with the page.
    package let id: UInt64
    package let after: SequenceNumber
    /// The page ends here at the latest; below `after` when only floors and head are wanted.
    package let upTo: SequenceNumber
    package let scope: Scope
    package let maxChanges: Int
    package let maxBytes: Int
}

/// The answer to a `ReplayRequest`.
package struct ReplayPage: Sendable {
    package let id: UInt64
    /// In order, after `after` and up to `through`.
    package let changes: [Change]
    /// All changes of the scope up to here are in the page: the last one's sequence, or the request's `upTo` when there are no more.
    package let through: SequenceNumber
    /// The journal's floor of each table (`Table.id`) in the page's snapshot; a table that is missing has the floor 0.
    package let floors: [Int: SequenceNumber]
    /// The journal's newest sequence in the page's snapshot.
    package let head: SequenceNumber
    /// Whether nothing could be read; the hub asks again after a while.
    package let hasFailed: Bool

    package init(id: UInt64, changes: [Change], through: SequenceNumber, floors: [Int: SequenceNumber], head: SequenceNumber) {
        self.id = id
        self.changes = changes
        self.through = through
        self.floors = floors
        self.head = head
        hasFailed = false
    }

    /// A page that could not be read.
    package init(failed id: UInt64) {
        self.id = id
        changes = []
        through = .zero
        floors = [:]
        head = .zero
        hasFailed = true
    }
}
