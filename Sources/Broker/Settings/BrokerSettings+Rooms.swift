internal import Access
internal import Engine
internal import JSON
internal import REST
internal import Realtime
internal import Store
internal import System
internal import Transport

// Each room has its own limits; the settings are where they come from. What a room cannot do without is as large as it may be when it is
// switched off.

extension BrokerSettings.Limits {
    /// What protects memory rather than shares it, when it is switched off: 1 GiB.
    private static let mostBytes = 1 << 30
    private static let mostDepth = 512
    /// The most that the transport reads a head into.
    private static let mostHeaderBytes = 65_535
    private static let mostConnections = 1_000_000
    private static let mostSeconds = 86_400

    var json: JSONLimits { JSONLimits(depth: jsonDepth == 0 ? Self.mostDepth : jsonDepth) }

    fileprivate var transport: TransportLimits {
        var limits = TransportLimits()
        // Sockets over the limit are told so (429), which takes a connection for a moment.
        limits.connections = connections == 0 ? Self.mostConnections : connections + 256
        limits.connectionsPerAddress = connectionsPerAddress
        limits.messageBytes = messageBytes == 0 ? Self.mostBytes : messageBytes
        limits.httpBodyBytes = httpBodyBytes == 0 ? Self.mostBytes : httpBodyBytes
        limits.headerBytes = headerBytes == 0 ? Self.mostHeaderBytes : headerBytes
        limits.outboxBytes = outboxBytes == 0 ? Self.mostBytes : outboxBytes
        limits.upgradeTimeoutSeconds = upgradeTimeout == 0 ? Self.mostSeconds : upgradeTimeout
        limits.idleTimeoutSeconds = idleTimeout
        return limits
    }
}

extension TransportLimits {
    init(_ settings: BrokerSettings) { self = settings.limits.transport }
}

extension EngineConfiguration {
    init(_ settings: BrokerSettings, reserve: File) {
        self.init()
        self.reserve = reserve
        actors = settings.actors.map { ActorTable(table: $0.table, key: $0.key, claims: $0.claims) }
    }
}

extension MailboxBlockSource {
    /// What waits for the engine may take 64 MiB, and two of the largest bodies in any case.
    convenience init(_ settings: BrokerSettings) {
        self.init(mailboxByteLimit: max(64 << 20, 2 * TransportLimits(settings).httpBodyBytes))
    }
}

extension RESTConfiguration {
    init(_ settings: BrokerSettings, epoch: Epoch) {
        self.init(epoch: epoch)
        json = settings.limits.json
        filterTerms = settings.limits.filterTerms
        inValues = settings.limits.inValues
    }
}

extension RealtimeLimits {
    init(_ settings: BrokerSettings) {
        self.init()
        channelsPerConnection = settings.limits.channelsPerConnection
        bindingsPerChannel = settings.limits.bindingsPerChannel
        joinsPerSecond = settings.limits.joinsPerSecond
        broadcastsPerSecond = settings.limits.broadcastsPerSecond
        presencePerSecond = settings.limits.presencePerSecond
        broadcastBytes = settings.limits.broadcastBytes
        json = settings.limits.json
        filterTerms = settings.limits.filterTerms
        inValues = settings.limits.inValues
    }
}

extension TokenVerifier {
    init(_ settings: BrokerSettings, secret: [UInt8]) throws(KeyError) {
        self.init(keys: try KeySet(hmacSecret: secret), audience: settings.audience, issuer: settings.issuer)
    }
}
