import Access
import SQLite
import Store

/// Sees to it that a signed-in actor has a row of its own before it writes: made from the claims when it is missing.
struct ActorRows {
    private let connection: WriteConnection
    private let table: WrittenTable
    private let key: Int
    private let claims: [(column: Int, claim: String)]

    /// - Returns: nil when the configuration names no such table, or one that is not there.
    init?(_ configuration: EngineConfiguration.ActorTable?, connection: WriteConnection) {
        guard let configuration, let table = connection.table(named: configuration.table),
            let key = table.table.place(of: configuration.key)
        else { return nil }
        self.connection = connection
        self.table = table
        self.key = key
        claims = configuration.claims.compactMap { column, claim in table.table.place(of: column).map { ($0, claim) } }
    }

    /// Whether nothing needs to be done before the actor of the mutation under way writes.
    var isThere: Bool {
        let actor = connection.actor.actor
        return connection.actor.hasRow || actor.role == .anon || actor.role == .serviceRole || actor.subject == nil
    }

    /// Inserts the actor's row when there is none, in the savepoint of its mutation.
    /// - Returns: the change that made.
    func ensure() throws -> [RowChange] {
        let actor = connection.actor.actor
        guard !isThere, let subject = actor.subject else { return [] }
        let columns = [key] + claims.map(\.column)
        let find = try connection.statement("SELECT 1 FROM \(table.quotedName) WHERE \(table.quotedColumns[key]) = ?")
        try find.bind(.text(subject), at: 1)
        let isFound = try find.step()
        find.reset()
        if isFound {
            connection.actor.hasRow = true
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
    func note(_ changes: [RowChange]) {
        for change in changes where change.table === table && change.old != nil { connection.forgetActorRows() }
    }
}
