internal import Engine
internal import REST
internal import Realtime
internal import Store
internal import Telemetry

/// What every event loop of one broker shares; immutable or thread-safe.
struct Services: Sendable {
    let settings: Settings
    let schema: Schema
    let engine: Engine
    let epochs: EpochHistory
    let readers: Readers
    /// Path of the database file.
    let database: String
    let rest: RESTService
    let realtimeLimits: RealtimeLimits
    let authenticator: Authenticator
    let crossOrigin: CrossOrigin
    let signIn: SignIn
    let files: StaticFiles
    let readiness: Readiness
    let log: Log
    /// The mailboxes of all loops, by index.
    let mailboxes: [LoopMailbox]
}
