package import Access

/// What `config/tables/<table>.json5` declares.
package struct TablePolicy: Sendable {
    package var isRealtime = false
    /// The column set to now() by every update that changes something.
    package var touch: Int?
    package var access = AccessPolicy()
    package var lifecycle: Lifecycle?
    package var throttle: Throttle?
    /// Whether `old_record` shows all columns or the key only.
    package var showsWholeOldRecord = false
    package var journal = JournalRetention()
    package init() {}
}

package enum Action: String, CaseIterable, Hashable, Sendable { case select, insert, update, delete }

/// The closed vocabulary of row access.
package enum AccessRule: String, Hashable, Sendable { case none, owner, unowned, all }

package struct AccessPolicy: Sendable {
    /// The column that equals the token's `sub` for the row's owner.
    package var owner: Int?
    package var rules: [Role: [Action: AccessRule]] = [:]
    package init() {}

    /// What is not named is `none`; `service_role` is always `all`.
    package func rule(for role: Role, _ action: Action) -> AccessRule {
        role == .serviceRole ? .all : rules[role]?[action] ?? .none
    }
}

/// The states of a table's rows.
package struct Lifecycle: Sendable {
    package var column: Int
    package var active: Set<[UInt8]>
    package var final: Set<[UInt8]>
    /// Set on entering a final state, null on leaving it.
    package var finishedAt: Int?
    /// States that plain writes cannot leave.
    package var hold: Set<[UInt8]>
    /// Counts the writes that were held.
    package var heldCount: Int?
    /// Columns that held writes still reach.
    package var heldThrough: Set<Int>
    /// Filled by a held write whose state is one of `acknowledgedBy`.
    package var acknowledge: Int?
    package var acknowledgedBy: Set<[UInt8]>

    package init(
        column: Int, active: Set<[UInt8]>, final: Set<[UInt8]>, finishedAt: Int?, hold: Set<[UInt8]>, heldCount: Int?,
        heldThrough: Set<Int>, acknowledge: Int?, acknowledgedBy: Set<[UInt8]>
    ) {
        self.column = column
        self.active = active
        self.final = final
        self.finishedAt = finishedAt
        self.hold = hold
        self.heldCount = heldCount
        self.heldThrough = heldThrough
        self.acknowledge = acknowledge
        self.acknowledgedBy = acknowledgedBy
    }
}

/// At most one UPDATE per row and interval for changes of these columns alone.
package struct Throttle: Sendable {
    package var intervalMicroseconds: Int64
    package var columns: Set<Int>
    package init(intervalMicroseconds: Int64, columns: Set<Int>) {
        self.intervalMicroseconds = intervalMicroseconds
        self.columns = columns
    }
}

/// How long changes are kept, whichever comes first; nil is no limit of that kind.
package struct JournalRetention: Sendable {
    package var ageMicroseconds: Int64?
    package var bytes: Int64?
    package init(ageMicroseconds: Int64? = 7 * 86_400 * 1_000_000, bytes: Int64? = 2_000_000_000) {
        self.ageMicroseconds = ageMicroseconds
        self.bytes = bytes
    }
}
