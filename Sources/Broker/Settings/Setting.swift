/// One setting: its dotted name and how its text becomes a value.
struct Setting: Sendable {
    let name: String
    /// Takes the value in; the thrown sentence says what would have fitted.
    let apply: @Sendable (inout BrokerSettings, SettingValue) throws(SettingMismatch) -> Void

    /// Every setting there is, by name.
    static let all: [String: Setting] = Dictionary(uniqueKeysWithValues: (general + limits).map { ($0.name, $0) })

    /// The keys that an object of the file may have: those behind `prefix`, up to the next dot, sorted.
    static func keys(below prefix: String) -> [String] {
        let rests = all.keys.filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
        return Set(rests.map { String($0.prefix { $0 != "." }) }).sorted()
    }

    /// The environment variable that sets it: `SLUICE_LIMITS__OUTBOXBYTES`.
    var variable: String { "SLUICE_" + name.split(separator: ".").joined(separator: "__").uppercased() }

    private static let general: [Setting] = [
        Setting(name: "listen") { (settings, value) throws(SettingMismatch) in
            let address = try ListenText(try value.string())
            (settings.host, settings.port) = (address.host, address.port)
        },
        Setting(name: "origins") { (settings, value) throws(SettingMismatch) in settings.origins = try value.strings() },
        Setting(name: "loops") { (settings, value) throws(SettingMismatch) in settings.loops = try value.integer(1...64) },
        Setting(name: "readers") { (settings, value) throws(SettingMismatch) in settings.readers = try value.integer(1...64) },
        Setting(name: "web") { (settings, value) throws(SettingMismatch) in settings.web = try value.string() },
        Setting(name: "log.level") { (settings, value) throws(SettingMismatch) in settings.logLevel = try value.level() },
        Setting(name: "tokens.audience") { (settings, value) throws(SettingMismatch) in settings.audience = try value.string() },
        Setting(name: "tokens.issuer") { (settings, value) throws(SettingMismatch) in settings.issuer = try value.string() },
        Setting(name: "actors") { (settings, value) throws(SettingMismatch) in settings.actors = try value.actors() },
    ]

    private static let limits: [Setting] = [
        limit("connections", \.connections, 1...1_000_000), limit("connectionsPerAddress", \.connectionsPerAddress),
        limit("connectionsPerUser", \.connectionsPerUser), limit("channelsPerConnection", \.channelsPerConnection),
        limit("bindingsPerChannel", \.bindingsPerChannel), limit("joinsPerSecond", \.joinsPerSecond),
        limit("broadcastsPerSecond", \.broadcastsPerSecond), limit("presencePerSecond", \.presencePerSecond),
        limit("messageBytes", \.messageBytes, 1024...(1 << 30)), limit("broadcastBytes", \.broadcastBytes),
        limit("httpBodyBytes", \.httpBodyBytes, 1024...(1 << 30)), limit("headerBytes", \.headerBytes, 1024...65_535),
        limit("jsonDepth", \.jsonDepth, 4...512), limit("filterTerms", \.filterTerms), limit("inValues", \.inValues),
        limit("outboxBytes", \.outboxBytes, 65_536...(1 << 30)), time("upgradeTimeout", \.upgradeTimeout, 1...3600),
        time("idleTimeout", \.idleTimeout, 1...86_400),
    ]

    private static func limit(
        _ name: String, _ path: any WritableKeyPath<BrokerSettings.Limits, Int> & Sendable, _ range: ClosedRange<Int> = 1...1_000_000_000
    ) -> Setting {
        Setting(name: "limits.\(name)") { (settings, value) throws(SettingMismatch) in
            settings.limits[keyPath: path] = try value.limit(range)
        }
    }

    private static func time(
        _ name: String, _ path: any WritableKeyPath<BrokerSettings.Limits, Int> & Sendable, _ range: ClosedRange<Int>
    ) -> Setting {
        Setting(name: "limits.\(name)") { (settings, value) throws(SettingMismatch) in
            settings.limits[keyPath: path] = try value.seconds(range)
        }
    }
}

/// Why a setting's value does not fit, as the end of a sentence: "expected a whole number from 1 to 64".
struct SettingMismatch: Error, Hashable {
    let expected: String
}
