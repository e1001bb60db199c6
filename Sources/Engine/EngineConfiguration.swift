package import System

/// What the engine may be told besides its schema. Times in microseconds, sizes in bytes.
package struct EngineConfiguration: Sendable {
    /// Where an actor's own row is kept; nil when there is no such table.
    package var actors: ActorTable?
    /// Virtual machine instructions that one mutation may take, in thousands; beyond it 57014. About a second.
    package var stepLimit: Int64 = 100_000
    /// Memory for pages of the file.
    package var pageCacheBytes: Int64 = 64 << 20
    /// How long a reply is found again by its idempotency key, and how many are kept.
    package var replyAge: Int64 = 24 * 3_600_000_000
    package var replyLimit: Int64 = 1_000_000
    /// How long audit rows are kept.
    package var auditAge: Int64 = 400 * 86_400_000_000
    /// The file that is given up when the disk is full; nil when there is none.
    package var reserve: File?
    package var reserveBytes = 64 << 20
    /// Above this size of the write-ahead log readers wait until it is emptied.
    package var logByteLimit: Int64 = 32 << 20
    /// False only in tests that run thousands of histories: a power failure may then lose or corrupt the file.
    var isSynchronous = true

    package init() {}

    /// The table with one row per signed-in actor, made from the claims before the actor's first write.
    package struct ActorTable: Sendable {
        package var table: String
        /// The column that equals the token's `sub`.
        package var key: String
        /// Further columns and the claims that fill them, in the order of the statement.
        package var claims: [(column: String, claim: String)]
        package init(table: String, key: String, claims: [(column: String, claim: String)]) {
            self.table = table
            self.key = key
            self.claims = claims
        }
    }
}
