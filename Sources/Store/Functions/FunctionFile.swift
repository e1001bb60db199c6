import SQLite

/// Reads `config/functions/<name>.sql` and prepares its statements once, as proof that they can run.
struct FunctionFile {
    private let file: ConfigurationFile
    private let tables: [Table]
    private let connection: Connection
    private let header: FunctionHeader
    private let script: SQLScript

    static func read(_ file: ConfigurationFile, tables: [Table], connection: Connection) throws(ConfigurationError) -> Function {
        try FunctionFile(file, tables, connection).function()
    }

    private init(_ file: ConfigurationFile, _ tables: [Table], _ connection: Connection) throws(ConfigurationError) {
        self.file = file
        self.tables = tables
        self.connection = connection
        header = try FunctionHeader(file, tables: tables)
        script = SQLScript(file)
    }

    private func function() throws(ConfigurationError) -> Function {
        let signature = header.signature
        guard signature.name == file.stem else {
            throw ConfigurationError("function \(signature.name) must stand in functions/\(signature.name).sql", at: 0, in: file)
        }
        guard let last = script.parts.last else { throw ConfigurationError("the function has no statement", at: 0, in: file) }
        try script.refuseForbiddenWords()
        var isReadOnly = true
        var used: Set<String> = []
        for part in script.parts {
            let statement = try prepare(part)
            if !statement.isReadOnly {
                isReadOnly = false
                try OrderedLimit(part, tables: tables).check(in: file)
            }
            used.formUnion(try parameters(of: statement, part))
            if part.offset == last.offset { try checkResult(statement, part) }
        }
        for parameter in signature.parameters where !used.contains(parameter.name) {
            throw ConfigurationError("parameter \"\(parameter.name)\" is used by no statement", at: 0, in: file)
        }
        try checkChanges(isReadOnly)
        return Function(
            name: signature.name, parameters: signature.parameters, result: signature.result, statements: script.parts.map(\.text),
            isReadOnly: isReadOnly, roles: header.roles, audit: header.audit, schedule: header.schedule, leaves: header.leaves,
            description: header.description)
    }

    /// SQLite sets up its table-valued functions when they are first named, by statements that no authorizer of ours would allow.
    static func setUpTableFunctions(on connection: Connection) throws(SQLiteError) {
        _ = try connection.prepare("SELECT 1 FROM json_each('[]'), json_tree('[]')")
    }

    private func prepare(_ part: SQLScript.Part) throws(ConfigurationError) -> Statement {
        let watch = FunctionWatch()
        connection.setAuthorizer { watch.allows($0) }
        defer { connection.setAuthorizer(nil) }
        do throws(SQLiteError) { return try connection.prepare(part.text) } catch {
            throw ConfigurationError(watch.refusal ?? error.message, at: part.offset + (error.offset ?? 0), in: file)
        }
    }

    private func parameters(of statement: Statement, _ part: SQLScript.Part) throws(ConfigurationError) -> Set<String> {
        var names: Set<String> = []
        for index in 0..<statement.parameterCount {
            let written = statement.parameterName(index + 1) ?? "?"
            let known = header.signature.parameters.map(\.name)
            guard written.hasPrefix(":"), known.contains(String(written.dropFirst())) else {
                let token = part.tokens.first { $0.kind == .parameter && $0.text == written }
                let suggestion = Suggestion.text(for: String(written.dropFirst()), among: known)
                throw ConfigurationError(
                    "\(written) is no parameter of the signature\(suggestion)", at: token?.offset ?? part.offset, in: file)
            }
            names.insert(String(written.dropFirst()))
        }
        return names
    }

    private func checkResult(_ statement: Statement, _ part: SQLScript.Part) throws(ConfigurationError) {
        let names = statement.columnNames
        let expected: [String]? =
            switch header.signature.result {
            case .void: nil
            case .scalar, .setOfScalar: names.prefix(1).map(\.self)
            case .row(let table), .setOfRows(let table): tables.first { $0.name == table }?.columns.map(\.name)
            case .table(let columns): columns.map(\.name)
            }
        guard let expected else { return }
        guard !names.isEmpty else { throw ConfigurationError("the last statement gives no rows", at: part.offset, in: file) }
        guard names == expected else {
            throw ConfigurationError(
                "the last statement gives \(names.joined(separator: ", ")) where the signature has \(expected.joined(separator: ", "))",
                at: part.offset, in: file)
        }
    }

    /// `changes()` speaks of the connection's latest write: only a function that writes knows which that is.
    private func checkChanges(_ isReadOnly: Bool) throws(ConfigurationError) {
        guard isReadOnly, let token = script.parts.lazy.flatMap(\.tokens).first(where: { $0.isWord("changes") }) else { return }
        throw ConfigurationError("changes() needs a statement that writes before it", at: token.offset, in: file)
    }
}

/// What a function's statements may do: read and write public tables, call functions that depend on their arguments only.
private final class FunctionWatch {
    private(set) var refusal: String?

    func allows(_ asked: Authorization) -> Bool {
        // Triggers of the engine's own making run inside the statement.
        if let origin = asked.origin, SystemTables.owns(origin) { return true }
        switch asked.action {
        case .select, .recursive: break
        case .read, .insert, .update, .delete:
            let table = asked.subject.lowercased()
            if SystemTables.owns(table) || table.hasPrefix("sqlite_") || table.hasPrefix("pragma_") {
                refusal = "table \(asked.subject) is not public"
            }
        case .function:
            if SQLScript.forbiddenFunctions.contains(asked.subject.lowercased()) { refusal = "\(asked.subject)() is not allowed" }
        case .transaction, .savepoint: refusal = "transactions are the engine's"
        case .pragma: refusal = "PRAGMA is not allowed"
        case .other: refusal = "a function reads and writes rows and nothing else"
        }
        return refusal == nil
    }
}
