package import SQLite

/// INSERT, UPDATE or DELETE of one row as subscribers see it. Immutable and shared by every loop.
package final class Change: Sendable {
    package enum Kind: UInt8, Sendable { case insert, update, delete }

    package let sequence: SequenceNumber
    package let kind: Kind
    package let table: Table
    package let key: RowKey
    /// The whole row before; nil for an insert. For a change marked `held`, the image last emitted.
    package let old: Row?
    /// The whole row after; nil for a delete.
    package let new: Row?
    /// The block's wall clock, microseconds since 1970 UTC. May step back; the order is the sequence's alone.
    package let committedAt: Int64
    package let actor: ChangeActor
    /// Whether the throttle held changes of the row back until now: the images may be several writes apart.
    package let isHeld: Bool

    package init(
        sequence: SequenceNumber, kind: Kind, table: Table, key: RowKey, old: Row?, new: Row?, committedAt: Int64, actor: ChangeActor,
        isHeld: Bool
    ) {
        self.sequence = sequence
        self.kind = kind
        self.table = table
        self.key = key
        self.old = old
        self.new = new
        self.committedAt = committedAt
        self.actor = actor
        self.isHeld = isHeld
    }

    /// What the change takes in memory, in bytes, give or take the allocator.
    package var byteCount: Int { (old?.bytes.count ?? 0) + (new?.bytes.count ?? 0) + key.bytes.count + 128 }
}

/// Who made a change: a role and, for a person, the `sub` of the token. Schedules and releases of holds have the role `system`.
package struct ChangeActor: Hashable, Sendable {
    package let role: String
    package let subject: [UInt8]?
    package init(role: String, subject: [UInt8]?) {
        self.role = role
        self.subject = subject
    }
    package static let system = ChangeActor(role: "system", subject: nil)
}
