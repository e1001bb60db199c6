internal import SQLite
internal import Store

/// A filter over the rows of one table: its conditions with values in the columns' types.
struct Filter: Hashable {
    let terms: [Term]

    struct Term: Hashable {
        let column: Int
        let predicate: Predicate
    }

    static let none = Filter(terms: [])

    var isEmpty: Bool { terms.isEmpty }

    /// All conditions in one.
    var predicate: Predicate {
        switch terms.count {
        case 0: .always
        case 1: terms[0].predicate
        default: .and(terms.map(\.predicate))
        }
    }

    /// The conditions on columns outside `columns`.
    func without(_ columns: Set<Int>) -> Filter { Filter(terms: terms.filter { !columns.contains($0.column) }) }

    func names(onlyOf columns: [Int]) -> Bool { terms.allSatisfy { columns.contains($0.column) } }
}

extension Filter {
    /// The conditions of `filter`, judged against a table as upstream's database does when subscribing.
    init(_ written: [FilterTerm], table: Table, limits: RealtimeLimits) throws(FilterError) {
        var terms: [Term] = []
        for term in written {
            guard let column = table.place(of: term.column) else { throw .unknownColumn(term.column) }
            let predicate = try Self.predicate(term, column: table.columns[column], limits: limits)
            terms.append(Term(column: column, predicate: term.isNegated ? Self.negated(predicate) : predicate))
        }
        self.terms = terms
    }

    private static func negated(_ predicate: Predicate) -> Predicate {
        switch predicate {
        case .always: .never
        case .never: .always
        default: .not(predicate)
        }
    }

    private static func predicate(_ term: FilterTerm, column: Column, limits: RealtimeLimits) throws(FilterError) -> Predicate {
        switch term.comparison {
        case .eq: .compare(column: column.index, .equal, try value(term, column))
        case .neq: .compare(column: column.index, .notEqual, try value(term, column))
        case .lt: .compare(column: column.index, .less, try value(term, column))
        case .lte: .compare(column: column.index, .lessOrEqual, try value(term, column))
        case .gt: .compare(column: column.index, .greater, try value(term, column))
        case .gte: .compare(column: column.index, .greaterOrEqual, try value(term, column))
        case .isDistinct: .isDistinct(column: column.index, from: try value(term, column))
        case .like, .ilike: try pattern(term, column)
        case .isKeyword: try keyword(term, column)
        case .isIn: try list(term, column, limit: limits.inValues)
        case .match, .imatch: throw .syntax("operator \(term.comparison.rawValue) is not supported")
        }
    }

    private static func value(_ term: FilterTerm, _ column: Column) throws(FilterError) -> Value {
        do throws(TypeError) {
            return try column.type.parse(text: term.value)
        } catch { throw .literal(error) }
    }

    private static func pattern(_ term: FilterTerm, _ column: Column) throws(FilterError) -> Predicate {
        switch column.type {
        case .text, .varchar:
            return .like(column: column.index, pattern: term.value, ignoringCase: term.comparison == .ilike)
        default: throw .needsText(operator: term.comparison.rawValue, column.type)
        }
    }

    private static func keyword(_ term: FilterTerm, _ column: Column) throws(FilterError) -> Predicate {
        let word = String(decoding: term.value, as: UTF8.self)
        guard ["null", "true", "false", "unknown"].contains(word) else { throw .unknownKeyword }
        if word != "null", column.type != .bool { throw .needsBoolean(keyword: word, column.type) }
        return switch word {
        case "true": .isBool(column: column.index, true)
        case "false": .isBool(column: column.index, false)
        default: .isNull(column: column.index)
        }
    }

    /// NULL in a list equals nothing, and makes `not.in` unknown for every row it does not exclude.
    private static func list(_ term: FilterTerm, _ column: Column, limit: Int) throws(FilterError) -> Predicate {
        let elements = try ListLiteral.elements(term.value)
        var values: [Value] = []
        for case let element? in elements {
            do throws(TypeError) {
                values.append(try column.type.parse(text: element))
            } catch { throw .literal(error) }
        }
        if limit > 0, elements.count > limit { throw .tooManyValues(limit: limit) }
        if term.isNegated, values.count < elements.count { return .always }
        return values.isEmpty ? .never : .isIn(column: column.index, values)
    }
}
