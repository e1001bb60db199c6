internal import JSON
internal import SQLite
internal import Store

/// Turns filters as written into conditions on one table: names to columns, texts to values of the columns' types.
struct FilterCompiler {
    let table: Table
    /// The table as messages name it: `upload_queue`, or `profiles_1` inside an embed.
    let name: String
    /// The names of the embeds, by their numbers.
    var embeds: [[String]] = []
    /// Values in one list; 0 is no limit.
    let inValueLimit: Int
    /// Microseconds since 1970, for `now` and `today`.
    let now: Int64

    func condition(_ tree: FilterTree) throws(RequestError) -> Condition {
        switch tree {
        case .filter(let filter): return try condition(filter)
        case .group(let junction, let isNegated, let members):
            var conditions: [Condition] = []
            for member in members { conditions.append(try condition(member)) }
            let group: Condition = conditions.count == 1 ? conditions[0] : junction == .and ? .and(conditions) : .or(conditions)
            return isNegated ? .not(group) : group
        }
    }

    private func condition(_ filter: Filter) throws(RequestError) -> Condition {
        guard let place = table.place(of: filter.field.name) else { return try embedCondition(filter) }
        let column = table.columns[place]
        if case .compare(let word, nil, let text) = filter.operation, word.isContainment {
            let condition = Condition.containment(try Containment(column, path: filter.field.path, word, text))
            return filter.isNegated ? .not(condition) : condition
        }
        guard filter.field.path.isEmpty else {
            let compiler = JSONFilterCompiler(column: column, path: filter.field.path, limit: inValueLimit)
            return try compiler.condition(filter)
        }
        if case .isIn(let texts) = filter.operation, texts.isEmpty {
            return .predicate(filter.isNegated ? .not(.isNull(column: place)) : .never)
        }
        let predicate = try predicate(column, filter.operation)
        return .predicate(filter.isNegated ? .not(predicate) : predicate)
    }

    /// `profiles=not.is.null`: rows with a match.
    private func embedCondition(_ filter: Filter) throws(RequestError) -> Condition {
        guard filter.field.path.isEmpty, let number = embeds.firstIndex(where: { $0.contains(filter.field.name) }) else {
            throw .noColumn(filter.field.name, of: name)
        }
        switch filter.operation {
        case .truth(.null): return filter.isNegated ? .embed(number) : .not(.embed(number))
        case .truth(.notNull): return filter.isNegated ? .not(.embed(number)) : .embed(number)
        default: throw .noColumn(filter.field.name, of: name)
        }
    }

    private func predicate(_ column: Column, _ operation: Operation) throws(RequestError) -> Predicate {
        switch operation {
        case .compare(let word, nil, let text): return try comparison(column, word, text)
        case .compare(let word, .some(let quantifier), let text):
            var members: [Predicate] = []
            for element in try elements(of: text) { members.append(try comparison(column, word, element)) }
            return quantifier == .any ? .or(members) : .and(members)
        case .isIn(let texts):
            try Self.checkCount(texts.count, limit: inValueLimit)
            guard column.type.isComparable else { throw .noOperator(column.type, "=") }
            var values: [Value] = []
            values.reserveCapacity(texts.count)
            for text in texts { values.append(try value(text, column)) }
            return .isIn(column: column.index, values)
        case .truth(let truth): return try test(column, truth)
        case .isDistinct(let text):
            guard column.type.isComparable else { throw .noOperator(column.type, "=") }
            return .isDistinct(column: column.index, from: try value(text, column))
        case .fullText(let word): throw .notImplemented("operator \(word)")
        }
    }

    private func comparison(_ column: Column, _ word: Operator, _ text: [UInt8]) throws(RequestError) -> Predicate {
        if let comparison = word.comparison {
            guard column.type.isComparable else { throw .noOperator(column.type, comparison.rawValue) }
            guard column.type.isOrdered || comparison == .equal || comparison == .notEqual else {
                throw .notImplemented("operator \(word.rawValue) on \(column.type.sqlName)")
            }
            return .compare(column: column.index, comparison, try value(text, column))
        }
        switch word {
        case .like, .ilike:
            guard column.type == .text || column.type == .varchar else { throw .noOperator(column.type, word == .like ? "~~" : "~~*") }
            return .like(column: column.index, pattern: Self.pattern(text), ignoringCase: word == .ilike)
        default: throw .notImplemented("operator \(word.rawValue)")
        }
    }

    private func test(_ column: Column, _ truth: Operation.Truth) throws(RequestError) -> Predicate {
        let isBool = column.type == .bool
        switch truth {
        case .null: return .isNull(column: column.index)
        case .notNull: return .not(.isNull(column: column.index))
        case .unknown where isBool: return .isNull(column: column.index)
        case .isTrue where isBool: return .isBool(column: column.index, true)
        case .isFalse where isBool: return .isBool(column: column.index, false)
        case .unknown, .isTrue, .isFalse: throw .notBoolean(column.type, test: truth.rawValue.uppercased())
        }
    }

    private func value(_ text: [UInt8], _ column: Column) throws(RequestError) -> Value {
        do throws(TypeError) { return try column.type.parse(text: text, now: now) } catch { throw RequestError(error) }
    }

    /// The elements of `{a,b}`, which `(any)` and `(all)` take.
    private func elements(of literal: [UInt8]) throws(RequestError) -> [[UInt8]] {
        let list: Value
        do throws(TypeError) { list = try ColumnType.array(of: .text).parse(text: literal) } catch { throw RequestError(error) }
        guard let bytes = list.utf8, let document = try? JSONDocument(parsing: bytes) else { return [] }
        try Self.checkCount(document.root.count, limit: inValueLimit)
        return document.root.elements.map { $0.utf8 ?? [] }
    }

    static func checkCount(_ count: Int, limit: Int) throws(RequestError) {
        guard limit == 0 || count <= limit else { throw .tooMany("values in a list", limit: limit) }
    }

    /// A pattern as LIKE has it: `*` stands for `%`, which is easier to write in a URL.
    static func pattern(_ text: [UInt8]) -> [UInt8] { text.map { $0 == UInt8(ascii: "*") ? UInt8(ascii: "%") : $0 } }
}

extension Operator {
    /// The comparison it is, if it is one.
    var comparison: Predicate.Comparison? {
        switch self {
        case .equal: .equal
        case .notEqual: .notEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        default: nil
        }
    }
}

extension ColumnType {
    /// PostgreSQL has no equality for `json`.
    var isComparable: Bool { self != .json }

    /// Whether stored values sort as PostgreSQL sorts them.
    var isOrdered: Bool {
        switch self {
        case .json, .jsonb, .array: false
        default: true
        }
    }
}
