import SQLite
import Store

/// A block's mutations as steps: neighbouring updates of one row that nobody can tell apart are one write.
///
/// They have the same actor, a filter that is exactly the key, the same columns, all throttled, and nobody waits for rows, counts or
/// a stored answer. The table must have no check, key or trigger of its own that could refuse one of the values passed over.
struct MutationSteps {
    struct Step {
        /// Places in the block, ascending; the last one's values are written.
        var places: Range<Int>
    }

    private let tables: [WrittenTable]
    /// By table: whether updates of its throttled columns can be merged.
    private let isMergeable: [Bool]

    /// - Parameter guarded: names of tables with triggers.
    init(tables: [WrittenTable], guarded: Set<String>) {
        self.tables = tables
        isMergeable = tables.map { written in
            guard let throttle = written.throttle, written.table.checks.isEmpty, !guarded.contains(written.table.name) else { return false }
            let keyed = written.table.uniques.flatMap(\.columns) + written.table.foreignKeys.flatMap(\.columns)
            return throttle.columns.isDisjoint(with: keyed)
        }
    }

    func steps(_ mutations: [Mutation], merging: Bool) -> [Step] {
        var steps: [Step] = []
        steps.reserveCapacity(mutations.count)
        var before: Update?
        let merging = merging && isMergeable.contains(true)
        for (place, mutation) in mutations.enumerated() {
            let update = merging ? Update(mutation) : nil
            if let update, let first = before, update.isSameWrite(as: first), mayMerge(first.update), mayMerge(update.update) {
                steps[steps.count - 1].places = steps[steps.count - 1].places.lowerBound..<place + 1
            } else {
                steps.append(Step(places: place..<place + 1))
            }
            before = update
        }
        return steps
    }

    private func mayMerge(_ update: Mutation.Update) -> Bool {
        guard let table = tables.first(where: { $0.table === update.table }), isMergeable[table.place], let throttle = table.throttle
        else { return false }
        return update.assignments.allSatisfy { assignment in
            guard throttle.columns.contains(assignment.column), let value = assignment.value else { return false }
            let column = table.table.columns[assignment.column]
            return !(column.isNotNull && value.isNull) && column.type.isCanonical(Row([value]), 0)
        }
    }

    /// An update that may be merged with its neighbours, as far as the mutation itself tells.
    private struct Update {
        let mutation: Mutation
        let update: Mutation.Update

        init?(_ mutation: Mutation) {
            guard case .update(let update) = mutation.kind, mutation.idempotency == nil, update.returning == .init() else { return nil }
            self.mutation = mutation
            self.update = update
        }

        func isSameWrite(as other: Update) -> Bool {
            guard update.table === other.update.table, update.predicate == other.update.predicate,
                update.assignments.map(\.column) == other.update.assignments.map(\.column), mutation.actor == other.mutation.actor
            else { return false }
            return update.predicate.key(in: update.table) != nil
        }
    }
}
