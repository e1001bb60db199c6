package import JSON

/// An object of a configuration file, whose keys are all known and whose values say where they stand.
package struct Settings {
    package let file: String
    private let view: JSONView
    private let values: [String: JSONView]

    /// The whole of a file in the relaxed dialect (comments, bare keys, trailing commas).
    package init(_ file: ConfigurationFile, keys: [String]) throws(ConfigurationError) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsingRelaxed: file.bytes)
        } catch {
            throw ConfigurationError(file: file.name, line: error.line, column: error.column, message: error.message)
        }
        try self.init(document.root, in: file.name, keys: keys)
    }

    package init(_ view: JSONView, in file: String, keys: [String]) throws(ConfigurationError) {
        self.file = file
        self.view = view
        guard view.kind == .object else { throw Self.error("expected an object { … }", at: view, in: file) }
        var values: [String: JSONView] = [:]
        try view.forEachMember { (key, value) throws(ConfigurationError) in
            let name = key.string ?? ""
            guard keys.contains(name) else {
                throw Self.error("unknown setting \"\(name)\"\(Suggestion.text(for: name, among: keys))", at: key, in: file)
            }
            guard values.updateValue(value, forKey: name) == nil else { throw Self.error("\"\(name)\" is set twice", at: key, in: file) }
        }
        self.values = values
    }

    package static func error(_ message: String, at view: JSONView, in file: String) -> ConfigurationError {
        let position = view.position
        return ConfigurationError(file: file, line: position.line, column: position.column, message: message)
    }

    package func error(_ message: String, at view: JSONView? = nil) -> ConfigurationError {
        Self.error(message, at: view ?? self.view, in: file)
    }

    package subscript(_ key: String) -> JSONView? { values[key] }

    /// The keys that are set, in the order of `names`.
    package func present(of names: [String]) -> [String] { names.filter { values[$0] != nil } }

    package func bool(_ key: String) throws(ConfigurationError) -> Bool? {
        guard let view = values[key] else { return nil }
        guard let value = view.bool else { throw error("\(key) is true or false", at: view) }
        return value
    }

    package func string(_ key: String) throws(ConfigurationError) -> String? {
        guard let view = values[key] else { return nil }
        return try string(view, named: key)
    }

    private func string(_ view: JSONView, named key: String) throws(ConfigurationError) -> String {
        guard let value = view.string else { throw error("\(key) is a text in quotes", at: view) }
        return value
    }

    /// A list of texts, each with its place.
    package func strings(_ key: String) throws(ConfigurationError) -> [(text: String, view: JSONView)]? {
        guard let view = values[key] else { return nil }
        guard view.kind == .array else { throw error("\(key) is a list [ … ]", at: view) }
        var texts: [(text: String, view: JSONView)] = []
        for element in view.elements { texts.append((try string(element, named: "each of \(key)"), element)) }
        return texts
    }

    package func settings(_ key: String, keys: [String]) throws(ConfigurationError) -> Settings? {
        guard let view = values[key] else { return nil }
        return try Settings(view, in: file, keys: keys)
    }

    /// A time such as `500ms`, `1s`, `30m`, `24h`, `7d`, in microseconds.
    package func duration(_ key: String) throws(ConfigurationError) -> Int64? {
        try quantity(key, ["ms": 1000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000, "d": Timestamp.microsecondsPerDay], "1s or 7d")
    }

    /// A size such as `500MB`, `2GB` or `64MiB`, in bytes.
    package func size(_ key: String) throws(ConfigurationError) -> Int64? {
        let units: [String: Int64] = [
            "B": 1, "kB": 1000, "KB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000, "KiB": 1 << 10, "MiB": 1 << 20,
            "GiB": 1 << 30, "TiB": 1 << 40,
        ]
        return try quantity(key, units, "500MB or 2GB")
    }

    private func quantity(_ key: String, _ units: [String: Int64], _ example: String) throws(ConfigurationError) -> Int64? {
        guard let view = values[key] else { return nil }
        let text = try string(view, named: key)
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard let number = Int64(digits), let factor = units[String(unit)] else {
            throw error("\(key) is a number with a unit, such as \(example)", at: view)
        }
        let (value, overflows) = number.multipliedReportingOverflow(by: factor)
        guard !overflows, value > 0 else { throw error("\(key) is out of range", at: view) }
        return value
    }
}
