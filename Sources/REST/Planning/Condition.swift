internal import Store

/// What a query's filters ask of the rows of one table, with columns and types resolved.
///
/// Whatever the table's own columns decide is a `Predicate`, which also writes, live changes and rows in memory understand; the rest
/// exists in SQL only.
indirect enum Condition: Hashable, Sendable {
    case predicate(Predicate)
    case json(JSONCondition)
    case containment(Containment)
    /// Whether the embed of this number has a row.
    case embed(Int)
    case and([Condition])
    case or([Condition])
    case not(Condition)

    static let always = Condition.predicate(.always)

    /// The same as a predicate; nil when it looks into JSON or other tables.
    var predicate: Predicate? {
        switch self {
        case .predicate(let predicate): return predicate
        case .json, .containment, .embed: return nil
        case .and(let members): return Self.predicates(members).map(Predicate.and)
        case .or(let members): return Self.predicates(members).map(Predicate.or)
        case .not(let member): return member.predicate.map(Predicate.not)
        }
    }

    private static func predicates(_ members: [Condition]) -> [Predicate]? {
        var predicates: [Predicate] = []
        for member in members {
            guard let predicate = member.predicate else { return nil }
            predicates.append(predicate)
        }
        return predicates
    }

    /// All of them; a single one as it is.
    static func all(_ members: [Condition]) -> Condition {
        switch members.count {
        case 0: .always
        case 1: members[0]
        default: .and(members)
        }
    }
}

/// A test of what stands at a path inside a column's JSON.
struct JSONCondition: Hashable, Sendable {
    enum Test: Hashable, Sendable {
        case compare(Predicate.Comparison, [UInt8])
        case like([UInt8], ignoringCase: Bool)
        case isIn([[UInt8]])
        case isNull
        case isDistinct([UInt8])
    }

    var column: Column
    var path: [JSONStep]
    var test: Test

    /// `->>` at the end compares text, `->` compares JSON.
    var isText: Bool { path.last?.isText ?? false }
}
