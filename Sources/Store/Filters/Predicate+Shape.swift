import SQLite

extension Predicate {
    /// The same answers from fewer nodes: nested `and`s and `or`s flattened, constants folded, pairs of `not` removed.
    package func simplified() -> Predicate {
        switch self {
        case .and(let conditions): Self.combine(conditions, neutral: .always, absorbing: .never)
        case .or(let conditions): Self.combine(conditions, neutral: .never, absorbing: .always)
        case .not(let condition):
            switch condition.simplified() {
            case .always: .never
            case .never: .always
            case .not(let inner): inner
            case let simple: .not(simple)
            }
        default: self
        }
    }

    private static func combine(_ conditions: [Predicate], neutral: Predicate, absorbing: Predicate) -> Predicate {
        var parts: [Predicate] = []
        for condition in conditions {
            let simple = condition.simplified()
            if simple == absorbing { return absorbing }
            if simple == neutral { continue }
            switch (simple, neutral) {
            case (.and(let inner), .always), (.or(let inner), .never): parts += inner
            default: parts.append(simple)
            }
        }
        if parts.count > 1 { return neutral == .always ? .and(parts) : .or(parts) }
        return parts.first ?? neutral
    }

    /// The key of the one row that can match, when the condition is exactly an equality on every column of the primary key.
    package func key(in table: Table) -> RowKey? {
        let conditions =
            switch self {
            case .and(let conditions): conditions
            default: [self]
            }
        guard conditions.count == table.primaryKey.count else { return nil }
        var builder = Row.Builder(columns: conditions.count)
        for place in table.primaryKey {
            var found: Value?
            for case .compare(place, .equal, let value) in conditions { found = value }
            guard let value = found, !value.isNull else { return nil }
            builder.append(value)
        }
        return RowKey(builder.take())
    }

    /// The condition that a row has this key.
    package static func isKey(_ key: RowKey, in table: Table) -> Predicate {
        let equalities = table.primaryKey.enumerated().map { Predicate.compare(column: $1, .equal, key.values.value(at: $0)) }
        return equalities.count == 1 ? equalities[0] : .and(equalities)
    }
}
