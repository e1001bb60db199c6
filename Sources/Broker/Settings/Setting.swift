/// One setting: its dotted name and how its text becomes a value.
struct Setting: Sendable {
    let name: String
    /// Takes the value in; the thrown sentence says what would have fitted.
    let apply: @Sendable (inout Settings, SettingValue) throws(SettingMismatch) -> Void

    /// Every setting there is, by name.
    static let all: [String: Setting] = Dictionary(uniqueKeysWithValues: (general + limits).map { ($0.name, $0) })

    private static let general: [Setting] = [
        Setting(name: "listen") { (settings, value) throws(SettingMismatch) in
            (settings.host, settings.port) = try ListenText.parse(try value.string())
        },
        Setting(name: "origins") { (settings, value) throws(SettingMismatch) in settings.origins = try value.strings() },
        Setting(name: "loops") { (settings, value) throws(SettingMismatch) in settings.loops = try value.integer(1...64) },
        Setting(name: "readers") { (settings, value) throws(SettingMismatch) in settings.readers = try value.integer(1...64) },
        Setting(name: "log.level") { (settings, value) throws(SettingMismatch) in settings.logLevel = try value.string() },
        Setting(name: "tokens.audience") { (settings, value) throws(SettingMismatch) in settings.audience = try value.string() },
        Setting(name: "tokens.issuer") { (settings, value) throws(SettingMismatch) in settings.issuer = try value.string() },
        Setting(name: "actors") { (settings, value) throws(SettingMismatch) in settings.actors = try value.actors() },
    ]

    private static let limits: [Setting] = [
        limit("connections", \.connections, 0...1_000_000), limit("connectionsPerAddress", \.connectionsPerAddress),
        limit("connectionsPerUser", \.connectionsPerUser), limit("channelsPerConnection", \.channelsPerConnection),
        limit("bindingsPerChannel", \.bindingsPerChannel), limit("joinsPerSecond", \.joinsPerSecond),
        limit("broadcastsPerSecond", \.broadcastsPerSecond), limit("presencePerSecond", \.presencePerSecond),
        limit("messageBytes", \.messageBytes, 1024...1_073_741_824), limit("broadcastBytes", \.broadcastBytes),
        limit("httpBodyBytes", \.httpBodyBytes, 1024...1_073_741_824), limit("headerBytes", \.headerBytes, 1024...65_535),
        limit("jsonDepth", \.jsonDepth, 4...512), limit("filterTerms", \.filterTerms), limit("inValues", \.inValues),
        limit("outboxBytes", \.outboxBytes, 65_536...1_073_741_824), seconds("upgradeTimeout", \.upgradeTimeout, 1...3600),
        seconds("idleTimeout", \.idleTimeout, 0...86_400),
    ]

    private static func limit(
        _ name: String, _ path: any WritableKeyPath<Settings.Limits, Int> & Sendable, _ range: ClosedRange<Int> = 0...1_000_000_000
    ) -> Setting {
        Setting(name: "limits.\(name)") { (settings, value) throws(SettingMismatch) in settings.limits[keyPath: path] = try value.integer(range) }
    }
}

extension Setting {
    fileprivate static func seconds(
        _ name: String, _ path: any WritableKeyPath<Settings.Limits, Int> & Sendable, _ range: ClosedRange<Int>
    ) -> Setting {
        Setting(name: "limits.\(name)") { (settings, value) throws(SettingMismatch) in settings.limits[keyPath: path] = try value.seconds(range) }
    }
}

/// Why a setting's value does not fit, as the end of a sentence: "expected a whole number from 1 to 64".
struct SettingMismatch: Error {
    let expected: String
}
