package import Telemetry

/// What `sluice.json5`, the environment and the command line settle. Sizes are bytes, times seconds; 0 switches a limit off.
package struct BrokerSettings: Sendable {
    /// The address listened on, without brackets; port 0 picks a free one.
    package var host = "127.0.0.1"
    package var port: UInt16 = 3001
    /// Origins that browsers may come from besides our own; `*` is any. A request without Origin is not a browser's and passes.
    package var origins: [String] = []
    /// Event loop threads.
    package var loops = 1
    /// Threads that read for REST and for clients that catch up.
    package var readers = 2
    /// The least level that is logged.
    package var logLevel = LogLevel.info
    package var limits = Limits()
    /// Exact values that the token's claims must have, when set.
    /// The folder of the dashboard's files; one that is not there serves no dashboard.
    package var web = "web"
    package var audience: String?
    package var issuer: String?
    package var actors: Actors?

    package init() {}

    /// Bounds of what clients may ask for. Source: DESIGN §8.
    package struct Limits: Sendable {
        /// Open sockets of all loops, of one address (per loop), and of one token's `sub`.
        package var connections = 16_000
        package var connectionsPerAddress = 0
        package var connectionsPerUser = 0
        package var channelsPerConnection = 100
        package var bindingsPerChannel = 1000
        /// Of one connection, as the next two.
        package var joinsPerSecond = 100
        package var broadcastsPerSecond = 1000
        package var presencePerSecond = 100
        package var messageBytes = 5_000_000
        package var broadcastBytes = 3_000_000
        package var httpBodyBytes = 10_485_760
        package var headerBytes = 16_384
        /// Nested containers of a body or message.
        package var jsonDepth = 32
        package var filterTerms = 20
        package var inValues = 100
        package var outboxBytes = 1_048_576
        package var upgradeTimeout = 10
        package var idleTimeout = 60
    }

    /// The table in which every authenticated writer has a row, and which claims fill it.
    package struct Actors: Sendable {
        package var table: String
        package var key: String
        /// Column name to claim name, in the order of the file.
        package var claims: [(column: String, claim: String)]
    }
}
