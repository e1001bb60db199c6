/// What only the text of CREATE TABLE tells: the names of constraints and the expressions of CHECK.
struct TableDefinition {
    struct Key: Hashable {
        enum Kind { case primary, unique, foreign }
        let kind: Kind
        let columns: [String]
        /// Nil when the schema gives none.
        let name: String?
    }

    private(set) var keys: [Key] = []
    private(set) var checks: [CheckConstraint] = []
    private let table: String
    private let columns: [String]
    private let source: [UInt8]

    /// - Parameter sql: as `sqlite_schema` keeps it.
    init(table: String, columns: [String], sql: String) {
        self.table = table
        self.columns = columns
        source = Array(sql.utf8)
        let tokens = SQLTokenizer.tokens(of: source)
        guard let open = tokens.firstIndex(where: { $0.isPunctuation("(") }) else { return }
        for definition in Self.definitions(tokens[(open + 1)...]) { read(definition) }
    }

    /// Cut at the commas of the outermost level.
    private static func definitions(_ tokens: ArraySlice<SQLToken>) -> [ArraySlice<SQLToken>] {
        var parts: [ArraySlice<SQLToken>] = []
        var depth = 0
        var start = tokens.startIndex
        for index in tokens.indices {
            if tokens[index].isPunctuation("(") { depth += 1 }
            if tokens[index].isPunctuation(")") { depth -= 1 }
            guard depth < 0 || depth == 0 && tokens[index].isPunctuation(",") else { continue }
            parts.append(tokens[start..<index])
            start = index + 1
            if depth < 0 { break }
        }
        return parts
    }

    private mutating func read(_ tokens: ArraySlice<SQLToken>) {
        guard let first = tokens.first else { return }
        let isConstraint = ["constraint", "primary", "unique", "check", "foreign"].contains { first.isWord($0) }
        let column = isConstraint ? nil : first.name
        var name: String?
        var at = isConstraint ? tokens.startIndex : tokens.startIndex + 1
        while at < tokens.endIndex {
            let token = tokens[at]
            at += 1
            if token.isWord("constraint"), at < tokens.endIndex {
                name = tokens[at].name
                at += 1
            } else if token.isWord("primary") {
                keys.append(Key(kind: .primary, columns: column.map { [$0] } ?? Self.names(tokens, from: at), name: name))
            } else if token.isWord("unique") {
                keys.append(Key(kind: .unique, columns: column.map { [$0] } ?? Self.names(tokens, from: at), name: name))
            } else if token.isWord("foreign") {
                keys.append(Key(kind: .foreign, columns: Self.names(tokens, from: at), name: name))
            } else if token.isWord("references"), let column {
                keys.append(Key(kind: .foreign, columns: [column], name: name))
            } else if token.isWord("check"), let inner = Self.group(tokens, from: at) {
                add(check: tokens[inner], named: name)
            }
            if at < tokens.endIndex, tokens[at].isPunctuation("("), let inner = Self.group(tokens, from: at) { at = inner.upperBound + 1 }
        }
    }

    /// The tokens between the parenthesis at `start` and its partner.
    private static func group(_ tokens: ArraySlice<SQLToken>, from start: Int) -> Range<Int>? {
        guard start < tokens.endIndex, tokens[start].isPunctuation("(") else { return nil }
        var depth = 0
        for index in start..<tokens.endIndex {
            if tokens[index].isPunctuation("(") { depth += 1 }
            if tokens[index].isPunctuation(")") { depth -= 1 }
            if depth == 0 { return start + 1..<index }
        }
        return nil
    }

    /// The names of the next list in parentheses.
    private static func names(_ tokens: ArraySlice<SQLToken>, from start: Int) -> [String] {
        let open = tokens[start...].firstIndex { $0.isPunctuation("(") }
        guard let open, let inner = group(tokens, from: open) else { return [] }
        return tokens[inner].split { $0.isPunctuation(",") }.compactMap { $0.first?.name }
    }

    /// SQLite reports a CHECK by its name or by the text between its parentheses. Source: sqlite src/build.c, sqlite3AddCheckConstraint.
    private mutating func add(check tokens: ArraySlice<SQLToken>, named name: String?) {
        guard let first = tokens.first, let last = tokens.last else { return }
        let expression = String(decoding: source[first.offset..<last.end], as: UTF8.self)
        let named = Set(tokens.compactMap { $0.kind == .word || $0.kind == .quotedName ? $0.name?.lowercased() : nil })
        let used = columns.filter { named.contains($0.lowercased()) }
        checks.append(CheckConstraint(reported: name ?? expression, name: name ?? defaultName(of: used), columns: used))
    }

    private func defaultName(of used: [String]) -> String {
        let base = used.count == 1 ? "\(table)_\(used[0])_check" : "\(table)_check"
        var candidate = base
        var number = 0
        while checks.contains(where: { $0.name == candidate }) {
            number += 1
            candidate = "\(base)\(number)"
        }
        return candidate
    }

    /// The name of a key: its own, or PostgreSQL's default.
    func name(of kind: Key.Kind, _ columns: [String]) -> String {
        let wanted = columns.map { $0.lowercased() }
        let found = keys.first { $0.kind == kind && $0.columns.map { $0.lowercased() } == wanted }
        if let name = found?.name { return name }
        switch kind {
        case .primary: return "\(table)_pkey"
        case .unique: return "\(table)_\(columns.joined(separator: "_"))_key"
        case .foreign: return "\(table)_\(columns.joined(separator: "_"))_fkey"
        }
    }
}
