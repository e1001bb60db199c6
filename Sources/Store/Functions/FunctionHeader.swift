import Access

/// The comment lines at the top of a function's file: the signature, then headers and the description.
struct FunctionHeader {
    let signature: FunctionSignature
    private(set) var roles: [Function.Grant] = []
    private(set) var audit: String?
    private(set) var schedule: Schedule?
    private(set) var leaves: Set<String> = []
    private(set) var description = ""

    private let file: ConfigurationFile
    private let tables: [Table]

    init(_ file: ConfigurationFile, tables: [Table]) throws(ConfigurationError) {
        self.file = file
        self.tables = tables
        var lines = Self.comments(file)
        guard let first = lines.first else {
            throw ConfigurationError("expected a comment with the signature: -- name(parameter type) returns type", at: 0, in: file)
        }
        lines.removeFirst()
        var text = first.text
        // A long signature goes on in the next comment lines until its parentheses are closed and the result is named.
        while !Self.isWhole(text), let next = lines.first {
            text += [0x20] + next.text
            lines.removeFirst()
        }
        signature = try FunctionSignature(text, tables: tables) { ConfigurationError($0, at: first.offset + $1, in: file) }
        for line in lines { try read(line) }
        if schedule != nil, signature.parameters.contains(where: { $0.defaultValue == nil }) {
            throw ConfigurationError("a scheduled function needs a default for every parameter", at: first.offset, in: file)
        }
    }

    private struct Line {
        /// What follows the two hyphens.
        let text: [UInt8]
        let offset: Int
    }

    private static func comments(_ file: ConfigurationFile) -> [Line] {
        var lines: [Line] = []
        var start = 0
        for line in file.bytes.split(separator: 0x0a, omittingEmptySubsequences: false) {
            let trimmed = ASCII.trimmed(line)
            defer { start += line.count + 1 }
            if trimmed.isEmpty, lines.isEmpty { continue }
            guard trimmed.starts(with: "--".utf8) else { break }
            let text = ASCII.trimmed(trimmed.dropFirst(2))
            lines.append(Line(text: Array(text), offset: text.startIndex))
        }
        return lines
    }

    private static func isWhole(_ text: [UInt8]) -> Bool {
        let tokens = SQLTokenizer.tokens(of: text)
        let opened = tokens.count { $0.isPunctuation("(") }
        return opened == tokens.count { $0.isPunctuation(")") } && tokens.dropLast().contains { $0.isWord("returns") }
    }

    // MARK: Headers

    private static let names = ["roles", "audit", "schedule", "leaves"]

    private mutating func read(_ line: Line) throws(ConfigurationError) {
        let text = String(decoding: line.text, as: UTF8.self)
        let word = text.prefix { $0.isLetter }
        guard text.dropFirst(word.count).first == ":" else { return describe(text) }
        let value = String(decoding: ASCII.trimmed(line.text[...].dropFirst(word.utf8.count + 1)), as: UTF8.self)
        func failure(_ message: String) -> ConfigurationError { ConfigurationError(message, at: line.offset, in: file) }
        switch word {
        case "roles": roles = try grants(value, failure)
        case "audit":
            guard !value.isEmpty, value.utf8.allSatisfy(ASCII.isWord) else { throw failure("audit names one command") }
            audit = value
        case "schedule":
            guard let parsed = Schedule(value) else { throw failure("\"\(value)\" is no schedule; five cron fields, such as 0 2 * * *") }
            schedule = parsed
        case "leaves": leaves = try states(value, failure)
        default:
            guard Suggestion.nearest(to: String(word), among: Self.names) == nil else {
                throw failure("unknown header \"\(word)\"\(Suggestion.text(for: String(word), among: Self.names))")
            }
            describe(text)
        }
    }

    private mutating func describe(_ text: String) { description += (description.isEmpty ? "" : "\n") + text }

    private func grants(_ value: String, _ failure: (String) -> ConfigurationError) throws(ConfigurationError) -> [Function.Grant] {
        var grants: [Function.Grant] = []
        for part in value.split(separator: ",") {
            let tokens = SQLTokenizer.tokens(of: Array(part.utf8))
            let words = tokens.map(\.text)
            if words.count == 1 {
                guard let role = Role.known.first(where: { $0.rawValue == words[0] }) else {
                    throw failure("there is no role \"\(words[0])\"\(Suggestion.text(for: words[0], among: Role.known.map(\.rawValue)))")
                }
                grants.append(.role(role))
            } else if words.count == 6, words[0] == "owner", words[1] == "of", words[3] == "(", words[5] == ")" {
                grants.append(try owner(of: words[2], by: words[4], failure))
            } else {
                throw failure("a role is one word or \"owner of table(parameter)\"")
            }
        }
        return grants
    }

    private func owner(
        of name: String, by parameter: String, _ failure: (String) -> ConfigurationError
    ) throws(ConfigurationError) -> Function.Grant {
        guard let table = tables.first(where: { $0.name == name }) else {
            throw failure("there is no table \"\(name)\"\(Suggestion.text(for: name, among: tables.map(\.name)))")
        }
        guard table.policy?.access.owner != nil, table.primaryKey.count == 1 else {
            throw failure("table \(name) needs access.owner and a primary key of one column")
        }
        guard let found = signature.parameters.first(where: { $0.name == parameter }) else {
            throw failure("there is no parameter \"\(parameter)\"")
        }
        guard found.type == table.columns[table.primaryKey[0]].type else {
            throw failure("parameter \(parameter) is no key of \(name): its type is \(found.type.sqlName)")
        }
        return .owner(table: name, parameter: parameter)
    }

    private func states(_ value: String, _ failure: (String) -> ConfigurationError) throws(ConfigurationError) -> Set<String> {
        var names: Set<String> = []
        for part in value.split(separator: ",") {
            let name = String(decoding: ASCII.trimmed(Array(part.utf8)[...]), as: UTF8.self)
            guard tables.first(where: { $0.name == name })?.policy?.lifecycle?.hold.isEmpty == false else {
                throw failure("leaves names tables whose lifecycle holds states; \"\(name)\" is none")
            }
            names.insert(name)
        }
        return names
    }
}
