internal import JSON
internal import SQLite
internal import Store

/// Turns a filter on a JSON path into a condition: after `->>` everything is text, after `->` everything is JSON.
struct JSONFilterCompiler {
    let column: Column
    let path: [JSONStep]
    let limit: Int

    private var isText: Bool { path.last?.isText ?? false }

    func condition(_ filter: Filter) throws(RequestError) -> Condition {
        let condition = Condition.json(JSONCondition(column: column, path: path, test: try test(filter.operation)))
        // The one test that PostgREST has in both forms.
        let isNegated = filter.isNegated != (filter.operation == .truth(.notNull))
        return isNegated ? .not(condition) : condition
    }

    private func test(_ operation: Operation) throws(RequestError) -> JSONCondition.Test {
        switch operation {
        case .compare(let word, nil, let text):
            if let comparison = word.comparison { return .compare(comparison, try literal(text)) }
            guard word == .like || word == .ilike else { throw .notImplemented("operator \(word.rawValue)") }
            guard isText else { throw .noOperator(.jsonb, word == .like ? "~~" : "~~*") }
            return .like(FilterCompiler.pattern(text), ignoringCase: word == .ilike)
        case .compare(let word, .some, _): throw .notImplemented("operator \(word.rawValue)(any) on a JSON path")
        case .isIn(let texts):
            try FilterCompiler.checkCount(texts.count, limit: limit)
            var literals: [[UInt8]] = []
            for text in texts { literals.append(try literal(text)) }
            return .isIn(literals)
        case .truth(.null), .truth(.notNull): return .isNull
        case .truth(let truth):
            throw .notBoolean(isText ? .text : .jsonb, test: truth.rawValue.uppercased())
        case .isDistinct(let text): return .isDistinct(try literal(text))
        case .fullText(let word): throw .notImplemented("operator \(word)")
        }
    }

    /// Text as it is, or canonical JSON.
    private func literal(_ text: [UInt8]) throws(RequestError) -> [UInt8] {
        guard !isText else { return text }
        do throws(TypeError) {
            return try ColumnType.jsonb.parse(text: text).utf8 ?? []
        } catch { throw RequestError(error) }
    }
}
