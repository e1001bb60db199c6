import JSON
import Store
import Telemetry
import Testing

@testable import Broker

@Suite("Settings")
struct SettingsTests {
    private func load(
        _ file: String = "{}", _ environment: [String: String] = [:], _ overrides: [String] = []
    ) throws -> BrokerSettings {
        let folder = try TemporaryFolder.configuration(file)
        return try SettingsLoader.load(configuration: folder.path, environment: { environment[$0] }, overrides: overrides)
    }

    private func error(_ file: String = "{}", _ environment: [String: String] = [:], _ overrides: [String] = []) throws -> String {
        let failure = #expect(throws: ConfigurationError.self) { try load(file, environment, overrides) }
        return failure?.description ?? ""
    }

    @Test("are the defaults where nobody says anything") func defaults() throws {
        let settings = try load()
        #expect((settings.host, settings.port, settings.loops, settings.readers) == ("127.0.0.1", 3001, 1, 2))
        #expect(settings.logLevel == .info)
        #expect(settings.limits.connections == 16_000)
        #expect(settings.origins.isEmpty)
    }

    @Test("of the command line win over the environment, that over the file") func precedence() throws {
        let file = "{ limits: { filterTerms: 1, inValues: 1, jsonDepth: 5 } }"
        let environment = ["SLUICE_LIMITS__FILTERTERMS": "2", "SLUICE_LIMITS__INVALUES": "2", "SLUICE_OTHER": "x"]
        let settings = try load(file, environment, ["limits.filterTerms=3", "limits.filterTerms=4"])
        #expect((settings.limits.filterTerms, settings.limits.inValues, settings.limits.jsonDepth) == (4, 2, 5))
    }

    @Test("of every kind are read from the file") func kinds() throws {
        let settings = try load(
            """
            {
              // comments and bare keys
              listen: "[::1]:0", origins: ["http://localhost:*", "https://example.org"], loops: 2, readers: 3, log: { level: "warning" },
              tokens: { audience: "app", issuer: "me" }, limits: { upgradeTimeout: "2m", idleTimeout: 90 },
              actors: { table: "profiles", key: "id", claims: { email: "email", name: "full_name" } },
            }
            """)
        #expect((settings.host, settings.port, settings.loops, settings.readers) == ("::1", 0, 2, 3))
        #expect(settings.origins == ["http://localhost:*", "https://example.org"])
        #expect(settings.logLevel == .warning)
        #expect((settings.audience, settings.issuer) == ("app", "me"))
        #expect((settings.limits.upgradeTimeout, settings.limits.idleTimeout) == (120, 90))
        #expect(settings.actors?.claims.map(\.column) == ["email", "name"])
    }

    @Test("are words too") func words() throws {
        let settings = try load("{}", [:], ["origins=http://a,http://b", "limits.idleTimeout=5m", "log.level=debug", "listen=4000"])
        #expect(settings.origins == ["http://a", "http://b"])
        #expect(settings.limits.idleTimeout == 300)
        #expect(settings.logLevel == .debug)
        #expect((settings.host, settings.port) == ("127.0.0.1", 4000))
    }

    @Test(
        "that are wrong in the file are told with their place",
        arguments: [
            ("{ lisen: \"x\" }", "sluice.json5:1:3: unknown setting \"lisen\"; did you mean \"listen\"?"),
            ("{\n  limits: { conections: 1 } }", "sluice.json5:2:13: unknown setting \"conections\"; did you mean \"connections\"?"),
            ("{ loops: 1, loops: 2 }", "sluice.json5:1:13: \"loops\" is set twice"),
            ("{ loops: 0 }", "sluice.json5:1:10: loops: expected a whole number from 1 to 64"),
            ("{ loops: \"2\" }", "sluice.json5:1:10: loops: expected a whole number from 1 to 64"),
            ("{ log: { level: \"loud\" } }", "sluice.json5:1:17: log.level: expected one of trace, debug, info, notice"),
            ("{ limits: 5 }", "sluice.json5:1:11: expected an object"),
            ("{ limits: { headerBytes: 1 } }", "expected a whole number from 1024 to 65535, or 0 for no limit"),
            ("{ limits: { idleTimeout: \"soon\" } }", "expected a time such as 10s or 5m, from 1s to 86400s, or 0"),
            ("{ origins: \"*\" }", "sluice.json5:1:12: origins: expected a list of strings"),
            ("{ actors: { table: \"t\" } }", "sluice.json5:1:11: actors: expected an object such as"),
            ("{ listen: \"localhost\" }", "sluice.json5:1:11: listen: expected HOST:PORT"),
            ("[]", "sluice.json5:1:1: expected an object"),
            ("{ loops: }", "sluice.json5:1:10: "),
        ])
    func places(_ file: String, _ message: String) throws {
        #expect(try error(file).contains(message))
    }

    @Test("that are wrong elsewhere are told with their name") func names() throws {
        #expect(try error("{}", ["SLUICE_LOOPS": "many"]) == "SLUICE_LOOPS: expected a whole number from 1 to 64")
        #expect(try error("{}", [:], ["loops=many"]) == "--set loops: expected a whole number from 1 to 64")
        #expect(try error("{}", [:], ["log.level=loud"]).hasPrefix("--set log.level: expected one of trace, "))
        #expect(try error("{}", [:], ["lops=1"]) == "--set: unknown setting \"lops\"; did you mean \"loops\"?")
        #expect(try error("{}", [:], ["loops"]) == "--set: expected key=value, found 'loops'")
    }

    @Test("need their file") func missing() throws {
        let folder = try TemporaryFolder()
        let failure = #expect(throws: ConfigurationError.self) {
            try SettingsLoader.load(configuration: folder.path, environment: { _ in nil }, overrides: [])
        }
        #expect(failure?.description.contains("sluice.json5: there is no such file") == true)
    }

    @Test("a limit of 0 is none, everywhere") func off() throws {
        for setting in Setting.all.values where setting.name.hasPrefix("limits.") {
            _ = try load("{}", [:], ["\(setting.name)=0"])
        }
    }

    @Test(
        "listen",
        arguments: [
            ("127.0.0.1:3001", "127.0.0.1", 3001), ("localhost:0", "localhost", 0), ("[::1]:65535", "::1", 65_535), ("80", "127.0.0.1", 80),
            ("0.0.0.0:1", "0.0.0.0", 1),
        ])
    func listen(_ text: String, _ host: String, _ port: UInt16) throws {
        let address = try ListenText(text)
        #expect((address.host, address.port) == (host, port))
    }

    @Test("listen refuses", arguments: ["", ":", ":80", "host", "host:", "host:65536", "host:-1", "host:+1", "::1:80", "[]:80", "host:1 "])
    func listenRefuses(_ text: String) {
        #expect(throws: SettingMismatch.self) { try ListenText(text) }
    }
}
