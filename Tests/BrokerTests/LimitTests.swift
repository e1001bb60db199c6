import Engine
import JSON
import REST
import Realtime
import Store
import Testing
import Transport

@testable import Broker

@Suite("Limits")
struct LimitTests {
    struct Mapping: Sendable, CustomTestStringConvertible {
        let name: String
        let value: Int
        let reads: @Sendable (BrokerSettings) -> [Int]
        var testDescription: String { name }

        init(_ name: String, _ value: Int, _ reads: @escaping @Sendable (BrokerSettings) -> [Int]) {
            (self.name, self.value, self.reads) = (name, value, reads)
        }
    }

    private static func rest(_ settings: BrokerSettings) -> RESTConfiguration {
        RESTConfiguration(settings, epoch: Epoch(rawValue: "00000000000000e1"))
    }

    static let mappings = [
        Mapping("connections", 77) { [TransportLimits($0).connections - 256] },
        Mapping("connectionsPerAddress", 77) { [TransportLimits($0).connectionsPerAddress] },
        Mapping("connectionsPerUser", 77) { [$0.limits.connectionsPerUser] },
        Mapping("channelsPerConnection", 77) { [RealtimeLimits($0).channelsPerConnection] },
        Mapping("bindingsPerChannel", 77) { [RealtimeLimits($0).bindingsPerChannel] },
        Mapping("joinsPerSecond", 77) { [RealtimeLimits($0).joinsPerSecond] },
        Mapping("broadcastsPerSecond", 77) { [RealtimeLimits($0).broadcastsPerSecond] },
        Mapping("presencePerSecond", 77) { [RealtimeLimits($0).presencePerSecond] },
        Mapping("messageBytes", 7777) { [TransportLimits($0).messageBytes] },
        Mapping("broadcastBytes", 7777) { [RealtimeLimits($0).broadcastBytes] },
        Mapping("httpBodyBytes", 7777) { [TransportLimits($0).httpBodyBytes] },
        Mapping("headerBytes", 7777) { [TransportLimits($0).headerBytes] },
        Mapping("jsonDepth", 77) { [rest($0).json.depth, RealtimeLimits($0).json.depth] },
        Mapping("filterTerms", 77) { [rest($0).filterTerms, RealtimeLimits($0).filterTerms] },
        Mapping("inValues", 77) { [rest($0).inValues, RealtimeLimits($0).inValues] },
        Mapping("outboxBytes", 77_777) { [TransportLimits($0).outboxBytes] },
        Mapping("upgradeTimeout", 77) { [TransportLimits($0).upgradeTimeoutSeconds] },
        Mapping("idleTimeout", 77) { [TransportLimits($0).idleTimeoutSeconds] },
    ]

    @Test("reach their rooms", arguments: mappings) func reach(_ mapping: Mapping) throws {
        let folder = try TemporaryFolder.configuration()
        let settings = try SettingsLoader.load(
            configuration: folder.path, environment: { _ in nil }, overrides: ["limits.\(mapping.name)=\(mapping.value)"])
        #expect(mapping.reads(settings).allSatisfy { $0 == mapping.value })
    }

    @Test("are all in the table above") func complete() {
        let names = Setting.all.keys.filter { $0.hasPrefix("limits.") }
        #expect(Set(names) == Set(Self.mappings.map { "limits.\($0.name)" }))
    }

    @Test("that protect memory are as large as they may be when they are off") func off() {
        var settings = BrokerSettings()
        settings.limits.connections = 0
        settings.limits.messageBytes = 0
        settings.limits.httpBodyBytes = 0
        settings.limits.headerBytes = 0
        settings.limits.outboxBytes = 0
        settings.limits.upgradeTimeout = 0
        settings.limits.jsonDepth = 0
        let transport = TransportLimits(settings)
        #expect(transport.connections == 1_000_000)
        #expect([transport.messageBytes, transport.httpBodyBytes, transport.outboxBytes].allSatisfy { $0 == 1 << 30 })
        #expect((transport.headerBytes, transport.upgradeTimeoutSeconds) == (65_535, 86_400))
        #expect(RealtimeLimits(settings).json.depth == 512)
    }
}
