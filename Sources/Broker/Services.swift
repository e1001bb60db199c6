internal import Access
internal import Engine
internal import REST
internal import Realtime
internal import SQLite
internal import Store
internal import System
internal import Telemetry

/// What every event loop of one broker shares; immutable or thread-safe.
struct Services: Sendable {
    let settings: BrokerSettings
    let schema: Schema
    let engine: Engine
    let epochs: EpochHistory
    let readers: Readers
    /// Path of the database file.
    let database: String
    let rest: RESTService
    let realtimeLimits: RealtimeLimits
    let verifier: TokenVerifier
    let crossOrigin: CrossOrigin
    let signIn: SignIn
    let files: StaticFiles
    let census: SocketCensus
    let log: Log
    /// The mailboxes of all loops, by index.
    let mailboxes: [LoopMailbox]
}

extension Services {
    /// Opens the database, which the caller holds, brings it to the configuration's schema, and makes what serves it.
    ///
    /// - Parameter configuration: the folder's path.
    /// - Throws: `ConfigurationError` for what is wrong in `configuration`; else what SQLite and the system refuse.
    init(settings: BrokerSettings, configuration: String, folder: DataFolder, secrets: Secrets, log: Log) throws {
        let configuration = try ConfigurationFolder(reading: configuration)
        let gate = ReadGate()
        let engine = try Engine.open(
            path: folder.database, configuration: EngineConfiguration(settings, reserve: folder.reserve),
            source: MailboxBlockSource(settings), observer: EngineReport(log: log), gate: gate
        ) { connection in
            try SchemaLoader.load(connection: connection, configuration: configuration, now: WallTime.microseconds())
        }
        self.init(
            settings: settings, schema: engine.schema, engine: engine, epochs: try EpochHistory(reading: folder.database),
            readers: try Readers(path: folder.database, schema: engine.schema, gate: gate, threads: settings.readers),
            database: folder.database,
            rest: RESTService(schema: engine.schema, configuration: RESTConfiguration(settings, epoch: engine.epoch)),
            realtimeLimits: RealtimeLimits(settings), verifier: try TokenVerifier(settings, secret: secrets.secret),
            crossOrigin: CrossOrigin(origins: settings.origins),
            signIn: SignIn(signer: secrets.signer, now: WallTime.microseconds() / 1_000_000),
            files: try StaticFiles(folder: Folder(settings.web)),
            census: SocketCensus(limit: settings.limits.connections, limitPerUser: settings.limits.connectionsPerUser), log: log,
            mailboxes: (0..<settings.loops).map { _ in LoopMailbox() })
    }
}

extension EpochHistory {
    /// The epochs of a database file that the engine has opened.
    fileprivate init(reading path: String) throws(SQLiteError) {
        let connection = try Connection(path: path, mode: .readOnly)
        let statement = try connection.prepare("SELECT epoch, first_sequence FROM sluice_epochs ORDER BY id")
        var entries: [Entry] = []
        while try statement.step() {
            entries.append(Entry(epoch: Epoch(rawValue: statement.string(0) ?? ""), first: SequenceNumber(statement.integer(1))))
        }
        self.init(entries)
    }
}
