internal import JSON
internal import Telemetry

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

    /// Nil when it is not a whole number.
    private var integer: Int? {
        switch self {
        case .word(let text): Int(text)
        case .node(let node): node.int64.flatMap { Int(exactly: $0) }
        }
    }

    func integer(_ range: ClosedRange<Int>) throws(SettingMismatch) -> Int {
        guard let integer, range.contains(integer) else {
            throw SettingMismatch(expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return integer
    }

    /// A bound within the range, or 0, which is none.
    func limit(_ range: ClosedRange<Int>) throws(SettingMismatch) -> Int {
        guard let integer, integer == 0 || range.contains(integer) else {
            throw SettingMismatch(expected: "a whole number from \(range.lowerBound) to \(range.upperBound), or 0 for no limit")
        }
        return integer
    }

    /// A length of time such as `10s` or `5m` within the range, or 0, which is none; a bare number counts seconds.
    func seconds(_ range: ClosedRange<Int>) throws(SettingMismatch) -> Int {
        let text =
            switch self {
            case .word(let word): word
            case .node(let node): node.string ?? String(decoding: Array(node.raw), as: UTF8.self)
            }
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600]
        let unit = text.last.flatMap { units[$0] }
        let count = Int(unit == nil ? text[...] : text.dropLast())
        guard let count, let seconds = count.multiplied(by: unit ?? 1), seconds == 0 || range.contains(seconds) else {
            let bounds = "from \(range.lowerBound)s to \(range.upperBound)s"
            throw SettingMismatch(expected: "a time such as 10s or 5m, \(bounds), or 0 for no limit")
        }
        return seconds
    }

    /// A list of strings; as a word, separated by commas.
    func strings() throws(SettingMismatch) -> [String] {
        switch self {
        case .word(let text): return text.split(separator: ",").map(String.init)
        case .node(let node):
            let texts = node.elements.compactMap(\.string)
            guard node.kind == .array, texts.count == node.elements.count else { throw SettingMismatch(expected: "a list of strings") }
            return texts
        }
    }

    func level() throws(SettingMismatch) -> LogLevel {
        guard let level = LogLevel(name: try string()) else {
            throw SettingMismatch(expected: "one of \(LogLevel.allCases.map(\.name).joined(separator: ", "))")
        }
        return level
    }

    func actors() throws(SettingMismatch) -> BrokerSettings.Actors {
        let shape = SettingMismatch(expected: #"an object such as { table: "profiles", key: "id", claims: { email: "email" } }"#)
        guard case .node(let node) = self, node.kind == .object, let table = node["table"]?.string, let key = node["key"]?.string,
            node.members.allSatisfy({ ["table", "key", "claims"].contains($0.key) })
        else { throw shape }
        var claims: [(column: String, claim: String)] = []
        if let columns = node["claims"] {
            guard columns.kind == .object else { throw shape }
            for (column, claim) in columns.members {
                guard let name = claim.string else { throw shape }
                claims.append((column, name))
            }
        }
        return BrokerSettings.Actors(table: table, key: key, claims: claims)
    }
}

extension Int {
    /// Nil when the product does not fit.
    fileprivate func multiplied(by factor: Int) -> Int? {
        let (product, overflows) = multipliedReportingOverflow(by: factor)
        return overflows ? nil : product
    }
}
