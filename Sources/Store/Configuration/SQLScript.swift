/// The statements of a script and the words that no script of ours may hold.
struct SQLScript {
    struct Part {
        /// Without the semicolon.
        let text: String
        let offset: Int
        let tokens: ArraySlice<SQLToken>
    }

    let file: ConfigurationFile
    let parts: [Part]

    init(_ file: ConfigurationFile) {
        self.file = file
        let tokens = SQLTokenizer.tokens(of: file.bytes)
        var parts: [Part] = []
        var start = 0
        for (index, token) in tokens.enumerated() where token.isPunctuation(";") {
            guard !Self.isInsideTrigger(tokens[start..<index]) else { continue }
            if index > start { parts.append(Self.part(file, tokens[start..<index])) }
            start = index + 1
        }
        if start < tokens.count { parts.append(Self.part(file, tokens[start...])) }
        self.parts = parts
    }

    private static func part(_ file: ConfigurationFile, _ tokens: ArraySlice<SQLToken>) -> Part {
        let range = (tokens.first?.offset ?? 0)..<(tokens.last?.end ?? 0)
        return Part(text: String(decoding: file.bytes[range], as: UTF8.self), offset: range.lowerBound, tokens: tokens)
    }

    /// A trigger ends with `; END`. Source: sqlite src/complete.c.
    private static func isInsideTrigger(_ tokens: ArraySlice<SQLToken>) -> Bool {
        let words = tokens.prefix(3)
        guard words.first?.isWord("create") == true, words.contains(where: { $0.isWord("trigger") }) else { return false }
        let end = tokens.suffix(2)
        return !(end.count == 2 && end.first?.isPunctuation(";") == true && end.last?.isWord("end") == true)
    }

    /// Refuses words whose value or effect is not a function of the state and the block, and those that leave the transaction.
    func refuseForbiddenWords() throws(ConfigurationError) {
        for part in parts {
            if let first = part.tokens.first, first.kind == .word, Self.forbiddenStatements.contains(first.text.lowercased()) {
                throw ConfigurationError("\(first.text) is not allowed here", at: first.offset, in: file)
            }
            for index in part.tokens.indices { try refuse(part.tokens, index) }
        }
    }

    private func refuse(_ tokens: ArraySlice<SQLToken>, _ index: Int) throws(ConfigurationError) {
        let token = tokens[index]
        // A quoted name may call a function too.
        guard token.kind == .word || token.kind == .quotedName, let word = token.name?.lowercased() else { return }
        let isCall = index + 1 < tokens.endIndex && tokens[index + 1].isPunctuation("(")
        if token.kind == .word && Self.forbiddenWords.contains(word) || isCall && Self.forbiddenFunctions.contains(word) {
            throw ConfigurationError(
                "\(word) is not allowed: its value differs from run to run\(Self.substitute(word))", at: token.offset, in: file)
        }
        guard isCall, Self.dateFunctions.contains(word) else { return }
        var depth = 0
        for next in tokens[(index + 1)...] {
            if next.isPunctuation("(") { depth += 1 } else if next.isPunctuation(")") { depth -= 1 }
            let isNow = next.kind == .string && next.name?.lowercased() == "now"
            let isEmpty = depth == 0 && next.offset == tokens[index + 2 < tokens.endIndex ? index + 2 : index + 1].offset
            if isNow || isEmpty {
                throw ConfigurationError("\(word) of 'now' is not allowed: use now()", at: token.offset, in: file)
            }
            if depth == 0 { return }
        }
    }

    private static func substitute(_ word: String) -> String {
        switch word {
        case "current_timestamp", "current_date", "current_time": "; use now()"
        case "random", "randomblob": "; use gen_random_uuid()"
        default: ""
        }
    }

    private static let forbiddenStatements: Set<String> = [
        "attach", "detach", "pragma", "begin", "commit", "end", "rollback", "savepoint", "release", "vacuum", "analyze", "reindex",
    ]
    private static let forbiddenWords: Set<String> = ["current_date", "current_time", "current_timestamp"]
    /// Also what the authorizer denies to functions.
    static let forbiddenFunctions: Set<String> = [
        "random", "randomblob", "total_changes", "last_insert_rowid", "load_extension", "sqlite_version", "sqlite_source_id",
    ]
    private static let dateFunctions: Set<String> = ["date", "time", "datetime", "julianday", "unixepoch", "strftime"]
}
