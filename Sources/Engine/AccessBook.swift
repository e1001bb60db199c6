import Access
import Store

/// What an actor may do with the rows of one table by one action.
struct RowRules {
    /// What new rows must pass.
    let rule: Predicate
    /// Which rows can be touched at all: those that the actor also sees.
    let reach: Predicate
    /// The shape of `reach`, when it is a plain one.
    let shape: KeyUpdatePlans.Access?

    init(_ table: Table, _ action: Action, _ actor: Claims) {
        rule = table.visibility(of: action, to: actor)
        let select = table.visibility(of: .select, to: actor)
        reach = select == rule ? rule : Predicate.and([select, rule]).simplified()
        shape = KeyUpdatePlans.Access(reach)
    }
}

/// The rules of the actors that wrote lately, each worked out once.
final class AccessBook {
    /// What is known of one actor.
    final class Entry {
        let actor: Claims
        private var rules: [RowRules?]
        /// Whether the actor's own row was found in the committed file.
        var hasRow = false

        init(_ actor: Claims, tables: Int) {
            self.actor = actor
            rules = Array(repeating: nil, count: tables * 4)
        }

        func rules(for action: Action, on table: WrittenTable) -> RowRules {
            let place = table.place * 4 + (Action.allCases.firstIndex(of: action) ?? 0)
            if let known = rules[place] { return known }
            let made = RowRules(table.table, action, actor)
            rules[place] = made
            return made
        }
    }

    private let tables: Int
    private let limit: Int
    /// By identity: an entry keeps its claims alive, so that no other ones get their place in memory.
    private var entries: [ObjectIdentifier: Entry] = [:]

    init(tables: Int, limit: Int = 4_096) {
        self.tables = tables
        self.limit = limit
    }

    func entry(for actor: Claims) -> Entry {
        let identity = ObjectIdentifier(actor)
        if let entry = entries[identity] { return entry }
        if entries.count >= limit { entries = [:] }
        let entry = Entry(actor, tables: tables)
        entries[identity] = entry
        return entry
    }

    /// A row of the actors' table went away: whose it was is found out anew.
    func forgetRows() { for entry in entries.values { entry.hasRow = false } }
}
