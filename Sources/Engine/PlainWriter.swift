import Access
import SQLite
import Store

/// What a mutation has done within its savepoint.
struct Performed {
    var applied: Applied
    /// Every row change it made, statement after statement.
    var changes: [RowChange]
}

/// Inserts, upserts, updates and deletes of one table's rows, under the table's access rules and lifecycle.
///
/// Rows that the actor may not see or change are not touched, as under row-level security; new rows it may not write are 42501.
struct PlainWriter {
    let connection: WriteConnection
    let plans = KeyUpdatePlans()

    init(connection: WriteConnection) { self.connection = connection }

    /// The table as the engine knows it, when the actor may name it at all.
    func permitted(_ table: Table, _ actor: Claims) throws -> WrittenTable {
        guard let written = connection.table(table), written.table.policy != nil || actor.role == .serviceRole else {
            throw Rejection.permissionDenied(table: table)
        }
        return written
    }

    /// Ends a plain write: its changes, its answer, and the checks that come before commit.
    /// - Parameters:
    ///   - action: what the new rows are judged as; nil for a delete.
    func finish(
        _ table: WrittenTable, actor: Claims, action: Action?, returning: Mutation.Returning, inserted: Int
    ) throws -> Performed {
        let isOwn = { (captured: CapturedChange) in captured.depth == 0 && captured.table == table.place }
        let own = connection.captured.allSatisfy(isOwn) ? connection.captured : connection.captured.filter(isOwn)
        let changes = try connection.settle(count: Int64(own.count))
        if let action { try judge(changes, own, table, connection.actor.rules(for: action, on: table).rule) }
        if returning.single, own.count != 1 { throw Rejection.notSingle(own.count) }
        if let limit = returning.maxAffected, own.count > limit { throw Rejection.tooManyAffected(own.count) }
        var applied = Applied(affected: own.count, inserted: inserted)
        if returning.rows { applied.rows = try representation(own, changes, table, actor) }
        return Performed(applied: applied, changes: changes)
    }

    /// New images must pass the rule of the action that made them.
    private func judge(_ changes: [RowChange], _ own: [CapturedChange], _ table: WrittenTable, _ rule: Predicate) throws {
        guard rule != .always else { return }
        for captured in own {
            guard let image = captured.new.map(table.image) else { continue }
            let new = changes.count == 1 ? changes[0].new ?? image : image
            guard rule.matches(new, in: table.table) == true else { throw Rejection.rowPolicy(table: table.table) }
        }
    }

    /// The affected rows as they stand, for a delete as they were, in the order in which they were written.
    private func representation(
        _ own: [CapturedChange], _ changes: [RowChange], _ table: WrittenTable, _ actor: Claims
    ) throws -> [Row] {
        let visible = table.table.visibility(of: .select, to: actor)
        var rows: [Row] = []
        rows.reserveCapacity(own.count)
        for captured in own {
            guard let image = (captured.new ?? captured.old).map(table.image) else { continue }
            guard captured.new != nil else {
                rows.append(image)
                continue
            }
            guard let row = try connection.row(of: table, key: RowKey(of: image, in: table.table)) else { continue }
            guard visible == .always || visible.matches(row, in: table.table) == true else {
                throw Rejection.rowPolicy(table: table.table)
            }
            rows.append(row)
        }
        return rows
    }
}

extension WriteConnection {
    /// The row as it stands now; nil when there is none.
    func row(of table: WrittenTable, key: RowKey) throws -> Row? {
        let columns = table.quotedColumns.joined(separator: ", ")
        let select = try statement("SELECT \(columns) FROM \(table.quotedName) WHERE \(table.keyCondition)")
        defer { select.reset() }
        try select.bind(key: key, from: 1)
        return try select.step() ? select.row() : nil
    }
}
