import Access
import SQLite
import Store

/// Sees to it that a signed-in actor has a row of its own before it writes: made from the claims when it is missing.
struct ActorRows {
    private let connection: WriteConnection
    private let table: WrittenTable
    private let key: Int
    private let claims: [(column: Int, claim: String)]
    /// Subjects whose row was found in the committed file. Forgotten all at once when a row of the table goes away.
    private var known: Set<[UInt8]> = []
    private let limit = 100_000

    /// - Returns: nil when the configuration names no such table, or one that is not there.
    init?(_ configuration: EngineConfiguration.ActorTable?, connection: WriteConnection) {
        guard let configuration, let table = connection.table(named: configuration.table), let key = table.table.place(of: configuration.key)
        else { return nil }
        self.connection = connection
        self.table = table
        self.key = key
        claims = configuration.claims.compactMap { column, claim in table.table.place(of: column).map { ($0, claim) } }
    }

    /// Whether nothing needs to be done before the actor writes.
    func isKnown(_ actor: Claims) -> Bool {
        guard actor.role != .anon, actor.role != .serviceRole, let subject = actor.subject else { return true }
        return known.contains(subject)
    }

    /// Inserts the actor's row when there is none, in the savepoint of its mutation.
    /// - Returns: the change that made.
    mutating func ensure(_ actor: Claims) throws -> [RowChange] {
        guard !isKnown(actor), let subject = actor.subject else { return [] }
        let columns = [key] + claims.map(\.column)
        let find = try connection.statement("SELECT 1 FROM \(table.quotedName) WHERE \(table.quotedColumns[key]) = ?")
        try find.bind(.text(subject), at: 1)
        let isThere = try find.step()
        find.reset()
        if isThere {
            if known.count >= limit { known = [] }
            known.insert(subject)
            return []
        }
        let insert = try connection.statement(
            """
            INSERT INTO \(table.quotedName) (\(columns.map { table.quotedColumns[$0] }.joined(separator: ", ")))
            VALUES (\(columns.map { _ in "?" }.joined(separator: ", "))) ON CONFLICT DO NOTHING
            """)
        try insert.bind(.text(subject), at: 1)
        for (place, (_, claim)) in claims.enumerated() {
            try insert.bind(actor.text(claim).map { .text($0) } ?? .null, at: place + 2)
        }
        let count = try connection.perform(insert).count
        return try connection.settle(count: Int64(count))
    }

    /// Looks at what a block changed: a row that went away may have been an actor's.
    mutating func note(_ changes: [RowChange]) {
        if changes.contains(where: { $0.table.place == table.place && $0.old != nil }) { known = [] }
    }
}
