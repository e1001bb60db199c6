import Access
import SQLite
import Store

extension WriteConnection {
    /// Ends a top-level statement: completes the rows it changed (touched and finished columns), then judges them.
    ///
    /// The touch of a plain write stands in its SET list already; what is left here are functions, cascades and triggers.
    /// - Parameters:
    ///   - count: rows that the statement itself changed.
    ///   - leaving: the tables whose holding states may be left.
    /// - Throws: `Rejection` when a value or a state is unlawful, whoever wrote it.
    func settle(count: Int64, leaving: Set<String> = []) throws -> [RowChange] {
        defer { endStatement(count: count) }
        var changes = StatementChanges.collapse(captured[...], tables: tables)
        if try amend(changes) { changes = StatementChanges.collapse(captured[...], tables: tables) }
        for change in changes { try judge(change, leaving: leaving) }
        return changes
    }

    private func amend(_ changes: [RowChange]) throws -> Bool {
        var hasAmended = false
        for change in changes {
            let amendments = amendments(of: change)
            guard !amendments.isEmpty else { continue }
            let columns = amendments.map { "\(change.table.quotedColumns[$0.column]) = ?" }.joined(separator: ", ")
            let update = try statement("UPDATE \(change.table.quotedName) SET \(columns) WHERE \(change.table.keyCondition)")
            var index = 1
            for amendment in amendments {
                try update.bind(amendment.value, at: index)
                index += 1
            }
            try update.bind(key: change.key, from: index)
            try perform(update)
            hasAmended = true
        }
        return hasAmended
    }

    private func amendments(of change: RowChange) -> [(column: Int, value: Value)] {
        guard let new = change.new else { return [] }
        var amendments: [(column: Int, value: Value)] = []
        if let finished = finishing(from: change.old, to: new, in: change.table) { amendments.append(finished) }
        if let old = change.old, let touch = change.table.touch, old.hasSameValue(at: touch, as: new) {
            let now = now(as: change.table.table.columns[touch].type)
            if !new.holds(now, at: touch), !amendments.isEmpty || RowChange.difference(from: old, to: new, in: change.table) != .none {
                amendments.append((touch, now))
            }
        }
        return amendments
    }

    /// The time that a row's entering or leaving of a final state asks for; a time given on entering stands.
    private func finishing(from old: Row?, to new: Row, in table: WrittenTable) -> (column: Int, value: Value)? {
        guard let lifecycle = table.lifecycle, let column = lifecycle.finishedAt else { return nil }
        if let old, old.hasSameValue(at: lifecycle.column, as: new) { return nil }
        if lifecycle.final.contains(Array(new.slice(at: lifecycle.column))) {
            let isGiven = !new.isNull(at: column) && old?.hasSameValue(at: column, as: new) != true
            return isGiven ? nil : (column, now(as: table.table.columns[column].type))
        }
        return old == nil || new.isNull(at: column) ? nil : (column, .null)
    }

    private func judge(_ change: RowChange, leaving: Set<String>) throws {
        guard let new = change.new else { return }
        let table = change.table
        if let lifecycle = table.lifecycle, change.old?.hasSameValue(at: lifecycle.column, as: new) != true {
            try judgeState(new, lifecycle, table)
            if let old = change.old, lifecycle.hold.contains(Array(old.slice(at: lifecycle.column))), !leaving.contains(table.table.name) {
                throw Rejection.leavesHold(state: old.slice(at: lifecycle.column), table: table.table)
            }
        }
        for column in table.table.columns where change.old?.hasSameValue(at: column.index, as: new) != true {
            guard column.type.isCanonical(new, column.index) else {
                throw Rejection.notCanonical(new, column.index, table.table)
            }
        }
    }

    private func judgeState(_ row: Row, _ lifecycle: Lifecycle, _ table: WrittenTable) throws {
        guard let states = table.states, !row.isNull(at: lifecycle.column) else { return }
        guard states.contains(Array(row.slice(at: lifecycle.column))) else {
            throw Rejection.unknownState(of: table.table, row: row, actor: context.actor)
        }
    }
}

extension Statement {
    /// Binds the values of a key to consecutive parameters.
    func bind(key: RowKey, from index: Int) throws(SQLiteError) {
        for column in 0..<key.values.count { try bind(key.values, column, at: index + column) }
    }
}
