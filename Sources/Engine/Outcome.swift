package import SQLite
package import Store

/// What became of a mutation. It is told after COMMIT returned, or never.
package enum Outcome: Sendable {
    case done(Applied)
    case rejected(Rejection)
}

/// An applied mutation.
package struct Applied: Sendable {
    /// Rows inserted, updated (held ones included) or deleted by a plain write.
    package var affected: Int
    /// Of an upsert: how many rows are new.
    package var inserted: Int
    /// Whole rows in table order, when asked for.
    package var rows: [Row]
    /// The last statement's rows of a function, in the columns of its result type.
    package var result: [Row]
    /// The newest sequence when the mutation's block was committed.
    package var sequence: SequenceNumber
    /// Whether this is the stored answer of an earlier request with the same idempotency key.
    package var isRepeated: Bool

    package init(
        affected: Int = 0, inserted: Int = 0, rows: [Row] = [], result: [Row] = [], sequence: SequenceNumber = .zero,
        isRepeated: Bool = false
    ) {
        self.affected = affected
        self.inserted = inserted
        self.rows = rows
        self.result = result
        self.sequence = sequence
        self.isRepeated = isRepeated
    }
}

/// A lawful refusal, in PostgREST's four parts. `code` is a SQLSTATE or one of our stable words.
///
/// Details that quote values are given to `service_role` only (protocol: details are null under row-level security).
package struct Rejection: Error, Hashable, Sendable {
    package var code: String
    package var message: String
    package var details: String?
    package var hint: String?
    package init(code: String, message: String, details: String? = nil, hint: String? = nil) {
        self.code = code
        self.message = message
        self.details = details
        self.hint = hint
    }
}

package struct Reply: Sendable {
    package let token: UInt64
    package let outcome: Outcome
    package init(token: UInt64, outcome: Outcome) {
        self.token = token
        self.outcome = outcome
    }
}

/// What one transaction brought, in order. Immutable and shared by every loop.
package final class CommittedBlock: Sendable {
    /// The changes to publish, by sequence; empty when the block changed nothing that anyone sees.
    package let changes: [Change]
    /// The newest sequence of the journal after this block.
    package let head: SequenceNumber
    package let byteCount: Int

    package init(changes: [Change], head: SequenceNumber) {
        self.changes = changes
        self.head = head
        byteCount = changes.reduce(into: 64) { $0 += $1.byteCount }
    }
}

/// Someone who is told of committed blocks: one per event loop, one for tools.
package protocol BlockListener: AnyObject, Sendable {
    /// Called on the engine's thread after COMMIT, in block order, at most once per block; must not wait.
    /// `replies` are those of this listener's own mutations.
    func committed(_ block: CommittedBlock, replies: [Reply])
}
