internal import Access
internal import Engine
internal import REST
internal import Realtime
internal import SQLite
internal import Store
internal import System
internal import Transport

// Each room has its own limits; the settings are where they come from.

extension EngineConfiguration {
    init(_ settings: Settings, reserve: File) {
        self.init()
        self.reserve = reserve
        actors = settings.actors.map { ActorTable(table: $0.table, key: $0.key, claims: $0.claims) }
    }
}

extension RESTConfiguration {
    init(_ settings: Settings, epoch: Epoch) {
        self.init(epoch: epoch)
        filterTerms = settings.limits.filterTerms
        inValues = settings.limits.inValues
    }
}

extension RealtimeLimits {
    init(_ settings: Settings) {
        self.init()
        channelsPerConnection = settings.limits.channelsPerConnection
        bindingsPerChannel = settings.limits.bindingsPerChannel
        joinsPerSecond = settings.limits.joinsPerSecond
        broadcastsPerSecond = settings.limits.broadcastsPerSecond
        broadcastBytes = settings.limits.broadcastBytes
        filterTerms = settings.limits.filterTerms
        inValues = settings.limits.inValues
    }
}

extension TransportLimits {
    init(_ settings: Settings) {
        self.init()
        // Sockets over the limit are told so (429), which takes a connection for a moment.
        connections = settings.limits.connections == 0 ? 1_000_000 : settings.limits.connections + 256
        connectionsPerAddress = settings.limits.connectionsPerAddress
        messageBytes = settings.limits.messageBytes
        httpBodyBytes = settings.limits.httpBodyBytes
        headerBytes = settings.limits.headerBytes
        outboxBytes = settings.limits.outboxBytes
        upgradeTimeoutSeconds = settings.limits.upgradeTimeout
        idleTimeoutSeconds = settings.limits.idleTimeout
    }
}

extension Settings {
    func verifier(_ secret: [UInt8]) throws(KeyError) -> TokenVerifier {
        TokenVerifier(keys: try KeySet(hmacSecret: secret), audience: audience, issuer: issuer)
    }
}

extension EpochHistory {
    /// The epochs of a database file that the engine has opened.
    init(reading path: String) throws(SQLiteError) {
        let connection = try Connection(path: path, mode: .readOnly)
        let statement = try connection.prepare("SELECT epoch, first_sequence FROM sluice_epochs ORDER BY id")
        var entries: [Entry] = []
        while try statement.step() {
            entries.append(Entry(epoch: Epoch(rawValue: statement.string(0) ?? ""), first: SequenceNumber(statement.integer(1))))
        }
        self.init(entries)
    }
}
