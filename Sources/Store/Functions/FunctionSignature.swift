import SQLite

/// Reads `stop_upload(upload_id uuid, reason text = null) returns boolean`.
struct FunctionSignature {
    private(set) var name = ""
    private(set) var parameters: [Function.Parameter] = []
    private(set) var result = FunctionResultType.void

    private let tokens: [SQLToken]
    private var at = 0
    private let tables: [Table]
    /// Makes an error of a message and a byte offset in the signature's text.
    private let error: (String, Int) -> ConfigurationError

    init(
        _ text: [UInt8], tables: [Table], error: @escaping (String, Int) -> ConfigurationError
    ) throws(ConfigurationError) {
        tokens = SQLTokenizer.tokens(of: text)
        self.tables = tables
        self.error = error
        name = try word("the function's name")
        try expect("(")
        try readParameters()
        guard take(word: "returns") else { throw failure("expected \"returns\" and a type") }
        result = try readResult()
        if at < tokens.count { throw failure("nothing may follow the result's type") }
    }

    private mutating func readParameters() throws(ConfigurationError) {
        if take(")") { return }
        repeat {
            let name = try word("a parameter's name")
            guard !parameters.contains(where: { $0.name == name }) else { throw failure("parameter \"\(name)\" stands twice", back: 1) }
            let type = try readType()
            parameters.append(.init(name: name, type: type, defaultValue: take("=") ? try readDefault(type) : nil))
        } while take(",")
        try expect(")")
    }

    private mutating func readType() throws(ConfigurationError) -> ColumnType {
        var name = try word("a type")
        if name == "double", take(word: "precision") { name = "float8" }
        // To SQL's tokenizer the brackets are a quoted name of no letters.
        if at < tokens.count, tokens[at].text == "[]" {
            at += 1
            name += "[]"
        }
        guard let type = ColumnType(parameter: name) else { throw failure("there is no type \"\(name)\"", back: 1) }
        return type
    }

    private mutating func readDefault(_ type: ColumnType) throws(ConfigurationError) -> Value {
        var sign = ""
        if take("-") { sign = "-" }
        guard at < tokens.count else { throw failure("expected a default value") }
        let token = tokens[at]
        at += 1
        if token.isWord("null") { return .null }
        let literal = token.kind == .string ? token.name ?? "" : sign + token.text
        do throws(TypeError) {
            return try type.parse(text: Array(literal.utf8))
        } catch {
            throw failure("default value: \(error.message)", back: 1)
        }
    }

    private mutating func readResult() throws(ConfigurationError) -> FunctionResultType {
        if take(word: "void") { return .void }
        if take(word: "table") {
            try expect("(")
            var columns: [FunctionResultType.ResultColumn] = []
            repeat {
                columns.append(.init(name: try word("a column's name"), type: try readType()))
            } while take(",")
            try expect(")")
            return .table(columns)
        }
        let isSet = take(word: "setof")
        if at < tokens.count, let table = tables.first(where: { $0.name == tokens[at].name }) {
            at += 1
            return isSet ? .setOfRows(table: table.name) : .row(table: table.name)
        }
        let type = try readType()
        return isSet ? .setOfScalar(type) : .scalar(type)
    }

    // MARK: Tokens

    private mutating func word(_ what: String) throws(ConfigurationError) -> String {
        guard at < tokens.count, tokens[at].kind == .word else { throw failure("expected \(what)") }
        at += 1
        return tokens[at - 1].text.lowercased()
    }

    private mutating func take(word: String) -> Bool {
        guard at < tokens.count, tokens[at].isWord(word) else { return false }
        at += 1
        return true
    }

    private mutating func take(_ mark: String) -> Bool {
        guard at < tokens.count, tokens[at].isPunctuation(mark) else { return false }
        at += 1
        return true
    }

    private mutating func expect(_ mark: String) throws(ConfigurationError) {
        guard take(mark) else { throw failure("expected \"\(mark)\"") }
    }

    private func failure(_ message: String, back: Int = 0) -> ConfigurationError {
        let place = at - back
        return error(message, place >= 0 && place < tokens.count ? tokens[place].offset : tokens.last?.end ?? 0)
    }
}
