package import Access
package import SQLite
package import Store

/// A requested write with its actor. What it asks was parsed and typed by the proposer; row access is judged when it is applied.
package struct Mutation: Sendable {
    package let kind: Kind
    package let actor: Claims
    package let idempotency: IdempotencyKey?
    /// Where the outcome goes; nil when nobody waits for it.
    package let replyTo: ReplyAddress?

    package init(_ kind: Kind, actor: Claims, idempotency: IdempotencyKey? = nil, replyTo: ReplyAddress?) {
        self.kind = kind
        self.actor = actor
        self.idempotency = idempotency
        self.replyTo = replyTo
    }

    package enum Kind: Sendable {
        case insert(Insert)
        case update(Update)
        case delete(Delete)
        case call(Call)
    }

    /// New rows, all or none of them.
    package struct Insert: Sendable {
        package var table: Table
        /// The columns written, in the order of each row's values.
        package var columns: [Int]
        /// One array per row, as long as `columns`; nil asks for the column's default.
        package var rows: [[Value?]]
        package var conflict: Conflict?
        package var returning: Returning
        package init(table: Table, columns: [Int], rows: [[Value?]], conflict: Conflict? = nil, returning: Returning = .init()) {
            self.table = table
            self.columns = columns
            self.rows = rows
            self.conflict = conflict
            self.returning = returning
        }
    }

    /// What an insert does with a row whose conflict columns exist already.
    package enum Conflict: Hashable, Sendable {
        case merge(columns: [Int])
        case ignore(columns: [Int])
    }

    package struct Update: Sendable {
        package var table: Table
        package var assignments: [Assignment]
        package var predicate: Predicate
        package var returning: Returning
        package init(table: Table, assignments: [Assignment], predicate: Predicate, returning: Returning = .init()) {
            self.table = table
            self.assignments = assignments
            self.predicate = predicate
            self.returning = returning
        }
    }

    /// A column and its new value; nil asks for the column's default.
    package struct Assignment: Hashable, Sendable {
        package var column: Int
        package var value: Value?
        package init(column: Int, value: Value?) {
            self.column = column
            self.value = value
        }
    }

    package struct Delete: Sendable {
        package var table: Table
        package var predicate: Predicate
        package var returning: Returning
        package init(table: Table, predicate: Predicate, returning: Returning = .init()) {
            self.table = table
            self.predicate = predicate
            self.returning = returning
        }
    }

    /// A call of a writing function; one value per parameter, in the order of its signature.
    package struct Call: Sendable {
        package var function: Function
        package var arguments: [Value]
        package init(function: Function, arguments: [Value]) {
            self.function = function
            self.arguments = arguments
        }
    }

    /// What a plain write gives back besides the count.
    package struct Returning: Hashable, Sendable {
        /// The affected rows as they stand afterwards (for a delete: as they were), which the actor must be allowed to see.
        package var rows: Bool
        /// Exactly one row must be affected, else the mutation is undone with PGRST116.
        package var single: Bool
        /// More rows than this undo the mutation with PGRST124.
        package var maxAffected: Int?
        package init(rows: Bool = false, single: Bool = false, maxAffected: Int? = nil) {
            self.rows = rows
            self.single = single
            self.maxAffected = maxAffected
        }
    }
}

/// A client's name for one request, so that repeating it has one effect.
package struct IdempotencyKey: Hashable, Sendable {
    /// 1…64 bytes.
    package let key: [UInt8]
    /// SHA-256 of what was asked: the same key with another digest is 422 `idempotency_key_reused`.
    package let digest: [UInt8]
    package init(key: [UInt8], digest: [UInt8]) {
        self.key = key
        self.digest = digest
    }
}

/// A listener of the engine and its own name for the request.
package struct ReplyAddress: Hashable, Sendable {
    package let listener: Int
    package let token: UInt64
    package init(listener: Int, token: UInt64) {
        self.listener = listener
        self.token = token
    }
}
