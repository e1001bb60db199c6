import Access
import SQLite
import Store

extension PlainWriter {
    /// - Parameter count: how many equal writes of one row this one stands for.
    func update(_ update: Mutation.Update, actor: Claims, count: Int64 = 1) throws -> Performed {
        let table = try permitted(update.table, actor)
        guard !update.assignments.isEmpty else {
            return try finish(table, actor: actor, action: .update, returning: update.returning, inserted: 0)
        }
        for assignment in update.assignments where assignment.value != nil && table.table.columns[assignment.column].isGenerated {
            throw Rejection.generated(column: table.table.columns[assignment.column].name, insert: false)
        }
        let columns = update.assignments.map(\.column)
        let values = update.assignments.map(\.value)
        try judgeState(values, columns, table, of: update.predicate, actor)
        let rules = connection.actor.rules(for: .update, on: table)
        let access = rules.reach
        guard access != .never else {
            return try finish(table, actor: actor, action: .update, returning: update.returning, inserted: 0)
        }
        let key = update.predicate.key(in: table.table)
        let write = try prepared(update, table, columns: columns, values: values, hasKey: key != nil, rules: rules)
        do {
            try write.bind(written: values, key: key, count: count) { connection.now(as: $0) }
            if key != nil, case .compare(_, _, let value) = access, let last = write.slots.last, case .constant = last {
                try write.statement.bind(value, at: write.slots.count)
            }
            try connection.perform(write.statement)
        } catch let error as SQLiteError {
            throw try explain(error, table: table, written: columns, values: values, predicate: update.predicate, actor: actor)
        }
        return try finish(table, actor: actor, action: .update, returning: update.returning, inserted: 0)
    }

    func delete(_ delete: Mutation.Delete, actor: Claims) throws -> Performed {
        let table = try permitted(delete.table, actor)
        let access = connection.actor.rules(for: .delete, on: table).reach
        if access != .never {
            var template = WriteTemplate("DELETE FROM \(table.quotedName)")
            append(delete.predicate, and: access, table, to: &template)
            let write = PreparedWrite(statement: try connection.statement(template.text), slots: template.slots)
            do {
                try write.bind(written: [], key: nil, count: 1) { connection.now(as: $0) }
                try connection.perform(write.statement)
            } catch let error as SQLiteError {
                throw try explain(error, table: table, written: [], values: [], predicate: delete.predicate, actor: actor)
            }
        }
        return try finish(table, actor: actor, action: nil, returning: delete.returning, inserted: 0)
    }

    private func prepared(
        _ update: Mutation.Update, _ table: WrittenTable, columns: [Int], values: [Value?], hasKey: Bool, rules: RowRules
    ) throws -> PreparedWrite {
        let acknowledges = acknowledges(columns, values, table)
        let connection = connection
        func prepare() throws -> PreparedWrite {
            var template = WriteTemplate("UPDATE \(table.quotedName) SET ")
            AssignmentList(
                table: table, assignments: columns.enumerated().map { ($1, values[$0] == nil ? .standard : .written($0)) },
                acknowledges: acknowledges
            ).append(to: &template)
            if hasKey {
                appendKey(and: rules.reach, table, to: &template)
            } else {
                append(update.predicate, and: rules.reach, table, to: &template)
            }
            return PreparedWrite(statement: try connection.statement(template.text), slots: template.slots)
        }
        guard hasKey, !values.contains(where: { $0 == nil }), let shape = rules.shape else { return try prepare() }
        return try plans.write(
            for: .init(table: table.place, columns: columns, acknowledges: acknowledges, access: shape), prepare: prepare)
    }

    private func acknowledges(_ columns: [Int], _ values: [Value?], _ table: WrittenTable) -> Bool {
        guard let lifecycle = table.lifecycle, lifecycle.acknowledge != nil, let place = columns.firstIndex(of: lifecycle.column),
            let word = values[place]?.utf8
        else { return false }
        return lifecycle.acknowledgedBy.contains(word)
    }

    private func appendKey(and access: Predicate, _ table: WrittenTable, to template: inout WriteTemplate) {
        template.append(" WHERE ")
        for (place, column) in table.table.primaryKey.enumerated() {
            template.append("\(place > 0 ? " AND " : "")\(table.quotedColumns[column]) = ")
            template.append(.key(place))
        }
        guard access != .always else { return }
        template.append(" AND ")
        template.append(access, table: table.table)
    }

    private func append(_ predicate: Predicate, and access: Predicate, _ table: WrittenTable, to template: inout WriteTemplate) {
        let condition = Predicate.and([predicate, access]).simplified()
        guard condition != .always else { return }
        template.append(" WHERE ")
        template.append(condition, table: table.table)
    }
}
