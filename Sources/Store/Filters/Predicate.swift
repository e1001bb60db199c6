package import SQLite

/// A condition on the rows of one table, parsed once, then evaluated in memory or compiled to SQL with the same answers.
///
/// Values already have the column's type in canonical form. Comparisons follow SQL's three-valued logic: a comparison with NULL is unknown.
package indirect enum Predicate: Hashable, Sendable {
    /// True for every row, or for none.
    case always, never
    case compare(column: Int, Comparison, Value)
    /// SQL LIKE: `%`, `_`, backslash escapes; `ignoringCase` folds all Unicode letters.
    case like(column: Int, pattern: [UInt8], ignoringCase: Bool)
    case isIn(column: Int, [Value])
    /// `IS NULL`, or `IS TRUE`, `IS FALSE` of a boolean.
    case isNull(column: Int)
    case isBool(column: Int, Bool)
    case isDistinct(column: Int, from: Value)
    case and([Predicate])
    case or([Predicate])
    case not(Predicate)

    package enum Comparison: String, Hashable, Sendable {
        case equal = "="
        case notEqual = "<>"
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }
}
