/// Conditions as the query string wrote them, before anything is known of columns and types.
indirect enum FilterTree: Hashable, Sendable {
    case filter(Filter)
    case group(Junction, isNegated: Bool, [FilterTree])

    enum Junction: Hashable, Sendable { case and, or }

    /// The number of filters in it.
    var count: Int {
        switch self {
        case .filter: 1
        case .group(_, _, let members): members.reduce(0) { $0 + $1.count }
        }
    }
}

struct Filter: Hashable, Sendable {
    var field: Field
    var isNegated: Bool
    var operation: Operation
}

enum Operation: Hashable, Sendable {
    /// `eq.5`, `like(any).{a%,b%}`
    case compare(Operator, Quantifier?, [UInt8])
    case isIn([[UInt8]])
    case truth(Truth)
    case isDistinct([UInt8])
    /// `fts`, `plfts`, `phfts` or `wfts`, which this broker leaves out.
    case fullText(String)

    enum Quantifier: Hashable, Sendable { case any, all }

    enum Truth: String, Hashable, Sendable { case null, notNull = "not_null", isTrue = "true", isFalse = "false", unknown }
}

enum Operator: String, Hashable, Sendable {
    case equal = "eq"
    case notEqual = "neq"
    case greater = "gt"
    case greaterOrEqual = "gte"
    case less = "lt"
    case lessOrEqual = "lte"
    case like, ilike, match, imatch
    case contains = "cs"
    case containedBy = "cd"
    case overlaps = "ov"
    case strictlyLeft = "sl"
    case strictlyRight = "sr"
    case notRightOf = "nxr"
    case notLeftOf = "nxl"
    case adjacent = "adj"

    var isContainment: Bool { self == .contains || self == .containedBy || self == .overlaps }

    /// Whether `(any)` and `(all)` may follow.
    var isQuantifiable: Bool {
        switch self {
        case .equal, .greater, .greaterOrEqual, .less, .lessOrEqual, .like, .ilike, .match, .imatch: true
        default: false
        }
    }
}
