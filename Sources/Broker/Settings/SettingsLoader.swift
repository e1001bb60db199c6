internal import JSON
package import Store
internal import System

/// Settles every setting: command line over environment over file over default.
package enum SettingsLoader {
    /// - Parameters:
    ///   - file: `sluice.json5`; a missing one leaves the defaults.
    ///   - environment: words such as `SLUICE_LISTEN` and `SLUICE_LIMITS__OUTBOXBYTES` (`__` stands for the dot, case does not matter).
    ///   - overrides: `key=value` words of the command line, last one wins.
    package static func load(
        file: String, environment: (String) -> String?, overrides: [String]
    ) throws(ConfigurationError) -> Settings {
        var settings = Settings()
        try readFile(file, into: &settings)
        try readEnvironment(environment, into: &settings)
        for word in overrides {
            guard let equals = word.firstIndex(of: "=") else {
                throw ConfigurationError(file: "--set", line: 1, column: 1, message: "expected key=value, found '\(word)'")
            }
            let name = String(word[..<equals])
            guard let setting = Setting.all[name] else {
                throw ConfigurationError(file: "--set", line: 1, column: 1, message: unknown(name))
            }
            try apply(setting, .word(String(word[word.index(after: equals)...])), to: &settings, file: "--set", line: 1, column: 1)
        }
        return settings
    }

    private static func parse(_ file: String) throws(ConfigurationError) -> JSONDocument? {
        guard File(file).exists else { return nil }
        do {
            return try JSONDocument(parsingRelaxed: try File(file).read(limit: 1 << 20))
        } catch let error as JSONError {
            throw ConfigurationError(file: file, line: error.line, column: error.column, message: error.message)
        } catch {
            throw ConfigurationError(file: file, message: "\(error)")
        }
    }

    private static func readFile(_ file: String, into settings: inout Settings) throws(ConfigurationError) {
        guard let document = try parse(file) else { return }
        guard document.root.kind == .object else {
            throw ConfigurationError(file: file, line: 1, column: 1, message: "expected an object")
        }
        var pending = document.root.members.map { (name: $0.key, node: $0.value) }
        var next = 0
        while next < pending.count {
            let (name, node) = pending[next]
            next += 1
            let (line, column) = node.position
            if let setting = Setting.all[name] {
                try apply(setting, .node(node), to: &settings, file: file, line: line, column: column)
            } else if node.kind == .object, Setting.all.keys.contains(where: { $0.hasPrefix(name + ".") }) {
                pending += node.members.map { (name: "\(name).\($0.key)", node: $0.value) }
            } else {
                throw ConfigurationError(file: file, line: line, column: column, message: unknown(name))
            }
        }
    }

    /// Variables of other programs may share the prefix, so only names of settings count; a value that does not fit is an error.
    private static func readEnvironment(_ environment: (String) -> String?, into settings: inout Settings) throws(ConfigurationError) {
        for setting in Setting.all.values.sorted(by: { $0.name < $1.name }) {
            let variable = "SLUICE_" + setting.name.split(separator: ".").joined(separator: "__").uppercased()
            guard let text = environment(variable) else { continue }
            try apply(setting, .word(text), to: &settings, file: variable, line: 1, column: 1)
        }
    }

    private static func apply(
        _ setting: Setting, _ value: SettingValue, to settings: inout Settings, file: String, line: Int, column: Int
    ) throws(ConfigurationError) {
        do throws(SettingMismatch) {
            try setting.apply(&settings, value)
        } catch {
            throw ConfigurationError(file: file, line: line, column: column, message: "\(setting.name): expected \(error.expected)")
        }
    }

    private static func unknown(_ name: String) -> String {
        "unknown setting '\(name)'\(Suggestion.text(for: name, among: Setting.all.keys.sorted()))"
    }
}
