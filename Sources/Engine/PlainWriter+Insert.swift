import Access
import SQLite
import Store

extension PlainWriter {
    func insert(_ insert: Mutation.Insert, actor: Claims) throws -> Performed {
        let table = try permitted(insert.table, actor)
        let conflict = try insert.conflict.map { try target(of: $0, table) }
        if !insert.rows.isEmpty, connection.actor.rules(for: .insert, on: table).rule == .never {
            throw Rejection.rowPolicy(table: table.table)
        }
        for column in insert.columns where table.table.columns[column].isGenerated {
            throw Rejection.generated(column: table.table.columns[column].name, insert: true)
        }
        var seen: Set<[Value]> = []
        var inserted = 0
        for row in insert.rows {
            try judgeState(row, insert.columns, table, of: nil, actor)
            if let key = conflict?.mergeKey(of: row, insert.columns), !seen.insert(key).inserted { throw Rejection.affectsTwice }
            let changes: ArraySlice<CapturedChange>
            do {
                changes = try write(row, insert, conflict, table, actor)
            } catch let error as SQLiteError {
                throw try explain(error, table: table, written: insert.columns, values: row, actor: actor)
            }
            guard let own = changes.first(where: { $0.depth == 0 && $0.table == table.place }) else {
                if conflict?.merges == true { throw Rejection.existingRowPolicy(table: table.table) }
                continue
            }
            if own.kind == .insert {
                inserted += 1
                try judgeNew(own, .insert, table, actor)
            } else {
                try judgeNew(own, .update, table, actor)
            }
        }
        return try finish(table, actor: actor, action: nil, returning: insert.returning, inserted: inserted)
    }

    /// Writes one row by one prepared statement; columns without a value are left out, so that they get their defaults.
    private func write(
        _ row: [Value?], _ insert: Mutation.Insert, _ conflict: ConflictTarget?, _ table: WrittenTable, _ actor: Claims
    ) throws -> ArraySlice<CapturedChange> {
        let given = insert.columns.indices.filter { row[$0] != nil }
        var template = WriteTemplate("INSERT INTO \(table.quotedName)")
        if given.isEmpty {
            template.append(" DEFAULT VALUES")
        } else {
            template.append(" (\(given.map { table.quotedColumns[insert.columns[$0]] }.joined(separator: ", "))) VALUES (")
            for (index, place) in given.enumerated() {
                if index > 0 { template.append(", ") }
                template.append(.written(place))
            }
            template.append(")")
        }
        // DEFAULT VALUES takes no conflict clause; a row of defaults only meets another one by a default key.
        if let conflict, !given.isEmpty { append(conflict, row, insert, table, actor, to: &template) }
        let write = PreparedWrite(statement: try connection.statement(template.text), slots: template.slots)
        try write.bind(written: row, key: nil, count: 1) { connection.now(as: $0) }
        return try connection.perform(write.statement)
    }

    private func append(
        _ conflict: ConflictTarget, _ row: [Value?], _ insert: Mutation.Insert, _ table: WrittenTable, _ actor: Claims,
        to template: inout WriteTemplate
    ) {
        template.append(" ON CONFLICT (\(conflict.columns.map { table.quotedColumns[$0] }.joined(separator: ", "))) DO ")
        guard conflict.merges else {
            template.append("NOTHING")
            return
        }
        var columns = insert.columns.filter { !conflict.columns.contains($0) }
        // Nothing but the key was written: the row counts as affected all the same.
        if columns.isEmpty { columns = conflict.columns }
        template.append("UPDATE SET ")
        let state = table.lifecycle.flatMap { lifecycle in insert.columns.firstIndex(of: lifecycle.column) }.flatMap { row[$0]?.utf8 }
        AssignmentList(
            table: table, assignments: columns.map { ($0, .excluded) },
            acknowledges: state.map { table.lifecycle?.acknowledgedBy.contains($0) == true } ?? false
        ).append(to: &template)
        let existing = connection.actor.rules(for: .update, on: table).reach
        if existing != .always {
            template.append(" WHERE ")
            template.append(existing, table: table.table)
        }
    }

    private func judgeNew(_ own: CapturedChange, _ action: Action, _ table: WrittenTable, _ actor: Claims) throws {
        let rule = connection.actor.rules(for: action, on: table).rule
        guard rule != .always, let new = own.new.map(table.image) else { return }
        guard rule.matches(new, in: table.table) == true else { throw Rejection.rowPolicy(table: table.table) }
    }

    /// A state that is no word of the lifecycle is refused before it is written, whether the row is held or not; an update of no row
    /// writes nothing.
    /// - Parameter predicate: which rows an update is of; nil for an insert.
    func judgeState(
        _ values: [Value?], _ columns: [Int], _ table: WrittenTable, of predicate: Predicate?, _ actor: Claims
    ) throws {
        guard let states = table.states, let column = table.lifecycle?.column, let place = columns.firstIndex(of: column),
            let value = values[place], let word = value.utf8, !states.contains(word)
        else { return }
        guard let row = try proposedRow(table, columns, values, predicate) else { return }
        throw Rejection.unknownState(of: table.table, row: row, actor: actor)
    }

    private func target(of conflict: Mutation.Conflict, _ table: WrittenTable) throws -> ConflictTarget {
        let target =
            switch conflict {
            case .merge(let columns): ConflictTarget(columns: columns, merges: true)
            case .ignore(let columns): ConflictTarget(columns: columns, merges: false)
            }
        let wanted = Set(target.columns)
        guard Set(table.table.primaryKey) == wanted || table.table.uniques.contains(where: { Set($0.columns) == wanted }) else {
            throw Rejection.noConflictConstraint
        }
        return target
    }
}

private struct ConflictTarget {
    let columns: [Int]
    let merges: Bool

    /// The values of the conflict columns in one proposed row; nil when they are not known or meet no row.
    func mergeKey(of row: [Value?], _ written: [Int]) -> [Value]? {
        guard merges else { return nil }
        let values = columns.compactMap { column in written.firstIndex(of: column).flatMap { row[$0] } }
        return values.count == columns.count && !values.contains(.null) ? values : nil
    }
}
