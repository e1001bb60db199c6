import Access
import SQLite
import Store

@testable import Realtime

/// What a binding must be told of a change, worked out the slow way from rules in plain closures.
struct Oracle {
    enum Kind: String { case insert = "INSERT", update = "UPDATE", delete = "DELETE" }
    enum Old { case absent, key, whole }

    var sees: (Row) -> Bool
    /// Conditions, each with the column it is about.
    var conditions: [(column: Int, holds: (Row) -> Bool)] = []
    var event = "*"
    var tellsLeaving = false
    var table: Table

    func verdict(_ change: Change) -> (kind: Kind, old: Old)? {
        guard change.table === table else { return nil }
        let whole: Old = table.policy?.showsWholeOldRecord == true ? .whole : .key
        let old = change.old.flatMap { sees($0) ? $0 : nil }
        let new = change.new.flatMap { sees($0) ? $0 : nil }
        let verdict: (Kind, Old)?
        if let new {
            if conditions.allSatisfy({ $0.holds(new) }) {
                verdict = change.kind == .insert ? (.insert, .absent) : (.update, old == nil ? .key : whole)
            } else {
                verdict = old.map { tellsLeaving && held(change, $0) } == true ? (.delete, .key) : nil
            }
        } else if let old, held(change, old) {
            if change.kind == .update {
                verdict = (.delete, .key)
            } else {
                let isJudged = whole == .whole || tellsLeaving || conditions.allSatisfy { table.primaryKey.contains($0.column) }
                verdict = isJudged ? (.delete, whole) : nil
            }
        } else {
            verdict = nil
        }
        guard let verdict, event == "*" || event == verdict.0.rawValue else { return nil }
        return verdict
    }

    /// Whether the old image counts as one that matched.
    private func held(_ change: Change, _ old: Row) -> Bool {
        let throttled = table.policy?.throttle?.columns ?? []
        return conditions.allSatisfy { (change.isHeld && throttled.contains($0.column)) || $0.holds(old) }
    }
}

/// A table with an owner, and rows that come, change and go at random.
final class Jobs {
    let table: Table
    private(set) var rows: [Int64: Row] = [:]
    private var dice: Dice

    static let owners = ["u1", "u2", "u3"]
    static let states = ["a", "b", "c"]

    init(id: Int, name: String, showsWhole: Bool, selects: [Role: AccessRule], seed: UInt64) {
        var policy = TablePolicy()
        policy.isRealtime = true
        policy.showsWholeOldRecord = showsWhole
        policy.access.owner = 1
        for (role, rule) in selects { policy.access.rules[role] = [.select: rule] }
        policy.throttle = Throttle(intervalMicroseconds: 1_000_000, columns: [3])
        table = Tables.make(id: id, name: name, [("id", .int8), ("owner", .text), ("state", .text), ("score", .int8)], policy)
        dice = Dice(seed)
    }

    private func randomRow(_ id: Int64) -> Row {
        let owner: Value = dice.chance(20) ? .null : .text(Self.owners[dice.roll(3)])
        let state: Value = dice.chance(10) ? .null : .text(Self.states[dice.roll(3)])
        return Row([.integer(id), owner, state, .integer(Int64(dice.roll(10)))])
    }

    func draft() -> Draft {
        let id = Int64(dice.roll(6))
        guard let old = rows[id] else {
            rows[id] = randomRow(id)
            return Draft(table: table, old: nil, new: rows[id])
        }
        guard dice.chance(75) else {
            rows[id] = nil
            return Draft(table: table, old: old, new: nil, isHeld: dice.chance(30))
        }
        // Most updates leave the owner alone.
        var new = randomRow(id)
        if dice.chance(60) { new = new.replacing([1: old.value(at: 1)]) }
        rows[id] = new
        return Draft(table: table, old: old, new: new, isHeld: dice.chance(30))
    }
}

/// A binding in words, and its oracle.
struct RandomBinding {
    private let body: String
    var oracle: Oracle

    /// The request, with further members.
    func json(_ more: String = "") -> String { "{" + body + more + "}" }

    init(_ table: Table, sees: @escaping (Row) -> Bool, dice: inout Dice) {
        var oracle = Oracle(sees: sees, table: table)
        var parts = [#""schema":"public","table":"\#(table.name)""#]
        let event = ["*", "*", "*", "INSERT", "UPDATE", "DELETE"][dice.roll(6)]
        oracle.event = event
        parts.append(#""event":"\#(event)""#)
        var filters: [String] = []
        for _ in 0..<[0, 1, 1, 2][dice.roll(4)] {
            let (text, column, holds) = Self.condition(&dice)
            filters.append(text)
            oracle.conditions.append((column, holds))
        }
        if !filters.isEmpty { parts.append(#""filter":"\#(filters.joined(separator: ","))""#) }
        if dice.chance(30) {
            oracle.tellsLeaving = true
            parts.append(#""leave":true"#)
        }
        body = parts.joined(separator: ",")
        self.oracle = oracle
    }

    private static func condition(_ dice: inout Dice) -> (String, Int, (Row) -> Bool) {
        let id = Int64(dice.roll(6))
        let state = Jobs.states[dice.roll(3)]
        let owner = Jobs.owners[dice.roll(3)]
        let score = Int64(dice.roll(10))
        switch dice.roll(8) {
        case 0, 1: return ("id=eq.\(id)", 0, { $0.integer(at: 0) == id })
        case 2: return ("state=eq.\(state)", 2, { $0.value(at: 2) == .text(state) })
        case 3: return ("state=neq.\(state)", 2, { !$0.isNull(at: 2) && $0.value(at: 2) != .text(state) })
        case 4: return ("owner=eq.\(owner)", 1, { $0.value(at: 1) == .text(owner) })
        case 5: return ("score=gt.\(score)", 3, { ($0.integer(at: 3) ?? 0) > score })
        case 6: return ("score=eq.\(score)", 3, { $0.integer(at: 3) == score })
        default: return ("state=is.null", 2, { $0.isNull(at: 2) })
        }
    }
}
