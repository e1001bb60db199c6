internal import JSON

/// A setting's value where it came from: a node of the configuration file, or a word of the environment or command line.
enum SettingValue {
    case node(JSONView)
    case word(String)

    func string() throws(SettingMismatch) -> String {
        switch self {
        case .word(let text): return text
        case .node(let node):
            guard let text = node.string else { throw SettingMismatch(expected: "a string") }
            return text
        }
    }

    func integer(_ range: ClosedRange<Int>) throws(SettingMismatch) -> Int {
        let number: Int? =
            switch self {
            case .word(let text): Int(text)
            case .node(let node): node.int64.flatMap { Int(exactly: $0) }
            }
        guard let number, range.contains(number) else {
            throw SettingMismatch(expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A length of time such as `10s` or `5m`; a bare number counts seconds.
    func seconds(_ range: ClosedRange<Int>) throws(SettingMismatch) -> Int {
        let text: String
        switch self {
        case .word(let word): text = word
        case .node(let node): text = node.string ?? String(decoding: Array(node.raw), as: UTF8.self)
        }
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600]
        let unit = text.last.flatMap { units[$0] }
        guard let count = Int(unit == nil ? text[...] : text.dropLast()), (0...1_000_000).contains(count), range.contains(count * (unit ?? 1))
        else { throw SettingMismatch(expected: "a time such as 10s or 5m, from \(range.lowerBound)s to \(range.upperBound)s") }
        return count * (unit ?? 1)
    }

    /// A list of strings; as a word, separated by commas.
    func strings() throws(SettingMismatch) -> [String] {
        switch self {
        case .word(let text): return text.split(separator: ",").map(String.init)
        case .node(let node):
            guard node.kind == .array else { throw SettingMismatch(expected: "a list of strings") }
            var strings: [String] = []
            for element in node.elements {
                guard let text = element.string else { throw SettingMismatch(expected: "a list of strings") }
                strings.append(text)
            }
            return strings
        }
    }

    func actors() throws(SettingMismatch) -> Settings.Actors {
        let shape = SettingMismatch(expected: #"an object such as { table: "profiles", key: "id", claims: { email: "email" } }"#)
        guard case .node(let node) = self, node.kind == .object, let table = node["table"]?.string, let key = node["key"]?.string else {
            throw shape
        }
        var claims: [(column: String, claim: String)] = []
        for (column, claim) in node["claims"]?.members ?? [] {
            guard let name = claim.string else { throw shape }
            claims.append((column, name))
        }
        return Settings.Actors(table: table, key: key, claims: claims)
    }
}

/// `HOST:PORT` with IPv6 hosts in brackets; a bare port listens on 127.0.0.1.
enum ListenText {
    static func parse(_ text: String) throws(SettingMismatch) -> (host: String, port: Int) {
        let shape = SettingMismatch(expected: "HOST:PORT such as 127.0.0.1:3001")
        let colon = text.lastIndex(of: ":")
        var host = colon.map { String(text[..<$0]) } ?? "127.0.0.1"
        if host.hasPrefix("[") && host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        let digits = colon.map { text[text.index(after: $0)...] } ?? text[...]
        guard !host.isEmpty, let port = Int(digits), (0...65_535).contains(port) else { throw shape }
        return (host, port)
    }
}
