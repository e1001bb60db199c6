import Access
import SQLite
import Store

/// Finds out which foreign key was violated: SQLite says only that one was. Looks up single keys, never whole tables.
struct ForeignKeyFailure {
    let connection: WriteConnection

    /// For a plain write that SQLite refused and undid.
    func rejection(table: Table, row: Row?, predicate: Predicate?, isDelete: Bool, actor: Claims) throws -> Rejection {
        if let row, let rejection = try child(table, row, actor) { return rejection }
        if let predicate, let old = try first(table, predicate), let rejection = try parent(table, old, actor) { return rejection }
        return Rejection(code: "23503", message: Self.unknown(table.name, isDelete: isDelete))
    }

    /// For deferred keys that stand violated at the end of a mutation: by the changes it made.
    func rejection(changes: [RowChange], actor: Claims) throws -> Rejection {
        for change in changes {
            if let new = change.new, let rejection = try child(change.table.table, new, actor) { return rejection }
            if let old = change.old, let rejection = try parent(change.table.table, old, actor) { return rejection }
        }
        return Rejection(code: "23503", message: "insert or update on a table violates a foreign key constraint")
    }

    private static func unknown(_ table: String, isDelete: Bool) -> String {
        "\(isDelete ? "update or delete" : "insert or update") on table \"\(table)\" violates a foreign key constraint"
    }

    private func child(_ table: Table, _ row: Row, _ actor: Claims) throws -> Rejection? {
        for key in table.foreignKeys where !key.columns.contains(where: row.isNull) {
            let condition = key.targetColumns.map { "\($0.quoted) = ?" }.joined(separator: " AND ")
            let select = try connection.statement("SELECT 1 FROM \(key.target.quoted) WHERE \(condition)")
            defer { select.reset() }
            for (place, column) in key.columns.enumerated() { try select.bind(row, column, at: place + 1) }
            guard try !select.step() else { continue }
            let shown = actor.role == .serviceRole ? "Key \(table.keyText(key.columns, row))" : "Key"
            return Rejection(
                code: "23503", message: "insert or update on table \"\(table.name)\" violates foreign key constraint \"\(key.name)\"",
                details: "\(shown) is not present in table \"\(key.target)\".")
        }
        return nil
    }

    private func parent(_ table: Table, _ row: Row, _ actor: Claims) throws -> Rejection? {
        for child in connection.schema.tables {
            for key in child.foreignKeys where key.target == table.name {
                let columns = key.targetColumns.compactMap(table.place)
                guard columns.count == key.columns.count, !columns.contains(where: row.isNull) else { continue }
                let condition = key.columns.map { "\(child.columns[$0].name.quoted) = ?" }.joined(separator: " AND ")
                let select = try connection.statement("SELECT 1 FROM \(child.name.quoted) WHERE \(condition) LIMIT 1")
                defer { select.reset() }
                for (place, column) in columns.enumerated() { try select.bind(row, column, at: place + 1) }
                guard try select.step() else { continue }
                return Rejection(
                    code: "23503",
                    message:
                        "update or delete on table \"\(table.name)\" violates foreign key constraint \"\(key.name)\" on table \"\(child.name)\"",
                    details: actor.role == .serviceRole
                        ? "Key \(table.keyText(columns, row)) is still referenced from table \"\(child.name)\"." : nil)
            }
        }
        return nil
    }

    private func first(_ table: Table, _ predicate: Predicate) throws -> Row? {
        var sql = SQLText()
        predicate.appendSQL(to: &sql, table: table)
        let columns = table.columns.map(\.name.quoted).joined(separator: ", ")
        let select = try connection.statement("SELECT \(columns) FROM \(table.name.quoted) WHERE \(sql.text) LIMIT 1")
        defer { select.reset() }
        for (place, value) in sql.values.enumerated() { try select.bind(value, at: place + 1) }
        return try select.step() ? select.row() : nil
    }
}
