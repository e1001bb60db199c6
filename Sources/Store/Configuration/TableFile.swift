import Access
import JSON

/// Reads `config/tables/<table>.json5` against the table's columns.
struct TableFile {
    private let file: ConfigurationFile
    private let table: String
    private let columns: [Column]
    private let primaryKey: [Int]

    static func read(
        _ file: ConfigurationFile, table: String, columns: [Column], primaryKey: [Int]
    ) throws(ConfigurationError) -> TablePolicy {
        try TableFile(file: file, table: table, columns: columns, primaryKey: primaryKey).policy()
    }

    private func policy() throws(ConfigurationError) -> TablePolicy {
        let settings = try Settings(file, keys: ["realtime", "touch", "access", "lifecycle", "throttle", "replica_identity", "journal"])
        var policy = TablePolicy()
        policy.isRealtime = try settings.bool("realtime") ?? false
        policy.touch = try place("touch", in: settings, of: ["timestamptz", "timestamp"])
        policy.access = try access(settings)
        policy.lifecycle = try lifecycle(settings)
        policy.throttle = try throttle(settings, lifecycle: policy.lifecycle)
        policy.showsWholeOldRecord = try showsWholeOldRecord(settings)
        policy.journal = try retention(settings)
        return policy
    }

    // MARK: Columns by name

    private func place(_ name: String, at view: JSONView, in settings: Settings) throws(ConfigurationError) -> Int {
        guard let column = columns.first(where: { $0.name == name }) else {
            let suggestion = Suggestion.text(for: name, among: columns.map(\.name))
            throw settings.error("table \(table) has no column \"\(name)\"\(suggestion)", at: view)
        }
        return column.index
    }

    /// - Parameter types: wire names; empty for any.
    private func place(_ key: String, in settings: Settings, of types: [String] = []) throws(ConfigurationError) -> Int? {
        guard let name = try settings.string(key), let view = settings[key] else { return nil }
        let place = try place(name, at: view, in: settings)
        let type = columns[place].type.wireName
        guard types.isEmpty || types.contains(type) else {
            throw settings.error("\(key) needs a column of type \(types.joined(separator: " or ")), but \(name) is \(type)", at: view)
        }
        return place
    }

    private func places(_ key: String, in settings: Settings) throws(ConfigurationError) -> Set<Int>? {
        guard let names = try settings.strings(key) else { return nil }
        var places: Set<Int> = []
        for (name, view) in names { places.insert(try place(name, at: view, in: settings)) }
        return places
    }

    // MARK: Access

    private static let roles = Role.known.map(\.rawValue)
    private static let actions = Action.allCases.map(\.rawValue)

    private func access(_ settings: Settings) throws(ConfigurationError) -> AccessPolicy {
        var policy = AccessPolicy()
        guard let access = try settings.settings("access", keys: ["owner"] + Self.roles) else { return policy }
        policy.owner = try place("owner", in: access)
        for role in access.present(of: Self.roles) {
            guard let view = access[role] else { continue }
            var rules: [Action: AccessRule] = [:]
            if view.kind == .object {
                let named = try Settings(view, in: file.name, keys: Self.actions)
                for action in Action.allCases {
                    guard let word = named[action.rawValue] else { continue }
                    rules[action] = try rule(word, policy, named)
                }
            } else {
                let rule = try rule(view, policy, access)
                for action in Action.allCases { rules[action] = rule }
            }
            guard role != Role.serviceRole.rawValue || Action.allCases.allSatisfy({ rules[$0] == .all }) else {
                throw access.error("service_role is always \"all\"", at: view)
            }
            policy.rules[Role(rawValue: role)] = rules
        }
        return policy
    }

    private func rule(_ view: JSONView, _ policy: AccessPolicy, _ settings: Settings) throws(ConfigurationError) -> AccessRule {
        let word = view.string ?? ""
        guard let rule = AccessRule(rawValue: word) else {
            let suggestion = Suggestion.text(for: word, among: ["none", "owner", "unowned", "all"])
            throw settings.error("\"\(word)\" is no access rule\(suggestion)", at: view)
        }
        guard policy.owner != nil || rule == .none || rule == .all else {
            throw settings.error("\"\(word)\" needs access.owner: the column that holds the owner's id", at: view)
        }
        return rule
    }

    // MARK: Lifecycle

    private func lifecycle(_ settings: Settings) throws(ConfigurationError) -> Lifecycle? {
        let keys = ["column", "active", "final", "finished_at", "hold", "held"]
        guard let lifecycle = try settings.settings("lifecycle", keys: keys) else { return nil }
        guard let column = try place("column", in: lifecycle, of: ["text", "varchar"]) else {
            throw lifecycle.error("lifecycle needs column: the one that holds the state")
        }
        let active = try states("active", lifecycle, among: nil) ?? []
        let final = try states("final", lifecycle, among: nil) ?? []
        guard !active.isEmpty, !final.isEmpty else { throw lifecycle.error("lifecycle needs active and final states") }
        if let both = active.intersection(final).map({ String(decoding: $0, as: UTF8.self) }).min() {
            throw lifecycle.error("state \"\(both)\" is both active and final", at: lifecycle["final"])
        }
        let hold = try states("hold", lifecycle, among: final) ?? []
        let held = try lifecycle.settings("held", keys: ["count", "through", "acknowledge", "by"])
        return Lifecycle(
            column: column, active: active, final: final,
            finishedAt: try place("finished_at", in: lifecycle, of: ["timestamptz", "timestamp"]), hold: hold,
            heldCount: try held.flatMap { (held) throws(ConfigurationError) in
                try place("count", in: held, of: ["int2", "int4", "int8"])
            },
            heldThrough: try held.flatMap { (held) throws(ConfigurationError) in try places("through", in: held) } ?? [],
            acknowledge: try held.flatMap { (held) throws(ConfigurationError) in
                try place("acknowledge", in: held, of: ["timestamptz", "timestamp"])
            },
            acknowledgedBy: try held.flatMap { (held) throws(ConfigurationError) in
                try states("by", held, among: active.union(final))
            } ?? [])
    }

    private func states(
        _ key: String, _ settings: Settings, among known: Set<[UInt8]>?
    ) throws(ConfigurationError) -> Set<[UInt8]>? {
        guard let words = try settings.strings(key) else { return nil }
        for (word, view) in words {
            guard let known, !known.contains(Array(word.utf8)) else { continue }
            let names = known.map { String(decoding: $0, as: UTF8.self) }.sorted()
            throw settings.error("\"\(word)\" is none of the states \(key) may name\(Suggestion.text(for: word, among: names))", at: view)
        }
        return Set(words.map { Array($0.text.utf8) })
    }

    // MARK: The rest

    private func throttle(_ settings: Settings, lifecycle: Lifecycle?) throws(ConfigurationError) -> Throttle? {
        guard let throttle = try settings.settings("throttle", keys: ["interval", "columns"]) else { return nil }
        guard let interval = try throttle.duration("interval"), let columns = try places("columns", in: throttle) else {
            throw throttle.error("throttle needs interval and columns")
        }
        for place in primaryKey + [lifecycle?.column, lifecycle?.acknowledge].compactMap(\.self) where columns.contains(place) {
            throw throttle.error("column \(self.columns[place].name) cannot be throttled", at: throttle["columns"])
        }
        return Throttle(intervalMicroseconds: interval, columns: columns)
    }

    private func showsWholeOldRecord(_ settings: Settings) throws(ConfigurationError) -> Bool {
        switch try settings.string("replica_identity") {
        case "full": return true
        case "key", nil: return false
        default: throw settings.error("replica_identity is \"full\" or \"key\"", at: settings["replica_identity"])
        }
    }

    private func retention(_ settings: Settings) throws(ConfigurationError) -> JournalRetention {
        var retention = JournalRetention()
        guard let journal = try settings.settings("journal", keys: ["age", "size"]) else { return retention }
        if let age = journal["age"] { retention.ageMicroseconds = age.isNull ? nil : try journal.duration("age") }
        if let size = journal["size"] { retention.bytes = size.isNull ? nil : try journal.size("size") }
        return retention
    }
}
