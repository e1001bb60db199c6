package import Access
package import SQLite

/// Calls of functions that write nothing.
extension Snapshot {
    /// Whether the actor may call the function with these arguments: by its role, or as the owner of the row that an argument names.
    package func isGranted(_ function: Function, _ arguments: [Value], to actor: Claims) throws(SQLiteError) -> Bool {
        if function.isGranted(to: actor.role) { return true }
        guard actor.role == .authenticated else { return false }
        for grant in function.ownerGrants {
            guard let table = schema.table(named: grant.table), table.primaryKey.count == 1,
                let place = function.parameters.firstIndex(where: { $0.name == grant.parameter }), arguments.indices.contains(place)
            else { continue }
            guard let row = try row(of: table, key: RowKey(Row([arguments[place]]))) else { continue }
            if let owner = table.policy?.access.owner, let subject = actor.subject, row.holds(.text(subject), at: owner) { return true }
        }
        return false
    }

    /// Runs the function's statements in order; the last one's rows.
    /// - Throws: `SQLiteError` with `tooBig` when they take more than `byteLimit`.
    package func rows(of function: Function, _ arguments: [Value], byteLimit: Int) throws(SQLiteError) -> [Row] {
        var rows: [Row] = []
        var bytes = 0
        for (index, sql) in function.statements.enumerated() {
            let statement = try statement(sql)
            for (parameter, value) in zip(function.parameters, arguments) {
                guard let place = statement.parameterIndex(":\(parameter.name)") else { continue }
                try statement.bind(value, at: place)
            }
            while try statement.step() {
                guard index == function.statements.count - 1 else { continue }
                let row = statement.row()
                bytes += row.bytes.count
                guard bytes <= byteLimit else {
                    throw SQLiteError(code: .tooBig, message: "the result exceeds \(byteLimit) bytes", operation: function.name)
                }
                rows.append(row)
            }
            statement.reset()
        }
        return rows
    }
}
