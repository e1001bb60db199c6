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
        if captured.isEmpty { return [] }
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
        if let finished = finishing(change, to: new) { amendments.append(finished) }
        if change.old != nil, let touch = change.table.touch, !change.differing.contains(touch), change.isSeen || !amendments.isEmpty {
            let now = now(as: change.table.table.columns[touch].type)
            if !new.holds(now, at: touch) { amendments.append((touch, now)) }
        }
        return amendments
    }

    /// The time that a row's entering or leaving of a final state asks for; a time given on entering stands.
    private func finishing(_ change: RowChange, to new: Row) -> (column: Int, value: Value)? {
        let table = change.table
        guard let lifecycle = table.lifecycle, let column = lifecycle.finishedAt, change.differing.contains(lifecycle.column) else {
            return nil
        }
        if lifecycle.final.contains(Array(new.slice(at: lifecycle.column))) {
            let isGiven = !new.isNull(at: column) && change.differing.contains(column)
            return isGiven ? nil : (column, now(as: table.table.columns[column].type))
        }
        return change.old == nil || new.isNull(at: column) ? nil : (column, .null)
    }

    private func judge(_ change: RowChange, leaving: Set<String>) throws {
        guard let new = change.new else { return }
        let table = change.table
        if let lifecycle = table.lifecycle, change.differing.contains(lifecycle.column) {
            try judgeState(new, lifecycle, table)
            if let old = change.old, lifecycle.hold.contains(Array(old.slice(at: lifecycle.column))), !leaving.contains(table.table.name) {
                throw Rejection.leavesHold(state: old.slice(at: lifecycle.column), table: table.table)
            }
        }
        try change.differing.forEach { column in
            guard table.table.columns[column].type.isCanonical(new, column) else { throw Rejection.notCanonical(new, column, table.table) }
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
