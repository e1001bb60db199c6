package import Store
internal import System

/// Settles every setting: command line over environment over file over default.
package enum SettingsLoader {
    private static let file = "sluice.json5"
    private static let fileByteLimit = 1 << 20

    /// - Parameters:
    ///   - configuration: the folder in which `sluice.json5` must stand.
    ///   - environment: words such as `SLUICE_LISTEN` and `SLUICE_LIMITS__OUTBOXBYTES`: `__` stands for the dot, in capitals.
    ///   - overrides: `key=value` words of the command line, last one wins.
    /// - Throws: for an unknown setting or a value that does not fit, with its line and column when it stands in the file.
    package static func load(
        configuration: String, environment: (String) -> String?, overrides: [String]
    ) throws(ConfigurationError) -> BrokerSettings {
        var settings = BrokerSettings()
        try readObject(Settings(try read(configuration), keys: Setting.keys(below: "")), below: "", into: &settings)
        try readEnvironment(environment, into: &settings)
        for word in overrides { try readOverride(word, into: &settings) }
        return settings
    }

    private static func read(_ configuration: String) throws(ConfigurationError) -> ConfigurationFile {
        let file = Folder(configuration).file(file)
        guard file.exists else { throw ConfigurationError(file: file.path, message: "there is no such file; --config names its folder") }
        do throws(SystemError) {
            return ConfigurationFile(name: Self.file, bytes: try file.read(limit: fileByteLimit))
        } catch {
            throw ConfigurationError(file: Self.file, message: error.description)
        }
    }

    /// An object of the file whose settings' names start with `prefix`.
    private static func readObject(
        _ object: Settings, below prefix: String, into settings: inout BrokerSettings
    ) throws(ConfigurationError) {
        let keys = Setting.keys(below: prefix)
        for key in object.present(of: keys) {
            let name = prefix + key
            if let setting = Setting.all[name], let node = object[key] {
                try apply(setting, .node(node), to: &settings) { object.error("\(name): \($0)", at: node) }
            } else if let inner = try object.settings(key, keys: Setting.keys(below: name + ".")) {
                try readObject(inner, below: name + ".", into: &settings)
            }
        }
    }

    /// Variables of other programs may share the prefix, so only names of settings count; a value that does not fit is an error.
    private static func readEnvironment(
        _ environment: (String) -> String?, into settings: inout BrokerSettings
    ) throws(ConfigurationError) {
        for setting in Setting.all.values.sorted(by: { $0.name < $1.name }) {
            guard let text = environment(setting.variable) else { continue }
            try apply(setting, .word(text), to: &settings) { ConfigurationError(file: setting.variable, message: $0) }
        }
    }

    private static func readOverride(_ word: String, into settings: inout BrokerSettings) throws(ConfigurationError) {
        guard let equals = word.firstIndex(of: "=") else {
            throw ConfigurationError(file: "--set", message: "expected key=value, found '\(word)'")
        }
        let name = String(word[..<equals])
        guard let setting = Setting.all[name] else {
            let hint = Suggestion.text(for: name, among: Setting.all.keys.sorted())
            throw ConfigurationError(file: "--set", message: "unknown setting \"\(name)\"\(hint)")
        }
        let text = String(word[word.index(after: equals)...])
        try apply(setting, .word(text), to: &settings) { ConfigurationError(file: "--set \(name)", message: $0) }
    }

    private static func apply(
        _ setting: Setting, _ value: SettingValue, to settings: inout BrokerSettings, orFail error: (String) -> ConfigurationError
    ) throws(ConfigurationError) {
        do throws(SettingMismatch) {
            try setting.apply(&settings, value)
        } catch let mismatch {
            throw error("expected \(mismatch.expected)")
        }
    }
}
