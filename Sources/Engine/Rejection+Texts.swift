import Access
import SQLite
import Store

/// The refusals that the engine itself decides, in PostgreSQL's words where it has them.
extension Rejection {
    static func permissionDenied(table: Table) -> Rejection {
        Rejection(code: "42501", message: "permission denied for table \(table.name)")
    }

    static func permissionDenied(function: String) -> Rejection {
        Rejection(code: "42501", message: "permission denied for function \(function)")
    }

    static func rowPolicy(table: Table) -> Rejection {
        Rejection(code: "42501", message: "new row violates row-level security policy for table \"\(table.name)\"")
    }

    /// An upsert onto a row that the actor may not see or update.
    static func existingRowPolicy(table: Table) -> Rejection {
        Rejection(
            code: "42501", message: "new row violates row-level security policy (USING expression) for table \"\(table.name)\"")
    }

    static func notSingle(_ count: Int) -> Rejection {
        Rejection(
            code: "PGRST116", message: "Cannot coerce the result to a single JSON object",
            details: "The result contains \(count) rows")
    }

    static func tooManyAffected(_ count: Int) -> Rejection {
        Rejection(
            code: "PGRST124", message: "Query result exceeds max-affected preference constraint",
            details: "The query affects \(count) rows")
    }

    static let noConflictConstraint = Rejection(
        code: "42P10", message: "there is no unique or exclusion constraint matching the ON CONFLICT specification")

    static let affectsTwice = Rejection(
        code: "21000", message: "ON CONFLICT DO UPDATE command cannot affect row a second time", details: nil,
        hint: "Ensure that no rows proposed for insertion within the same command have duplicate constrained values.")

    static let budgetSpent = Rejection(code: "57014", message: "canceling statement due to statement timeout")

    static let diskFull = Rejection(
        code: "53100", message: "the disk is full", details: nil, hint: "Only deletes and stops are taken until there is room again.")

    static let keyReused = Rejection(
        code: "idempotency_key_reused", message: "the idempotency key was used for another request", details: nil,
        hint: "Give every request a key of its own.")

    static func leavesHold(state: ArraySlice<UInt8>, table: Table) -> Rejection {
        Rejection(
            code: "P0001", message: "state \"\(String(decoding: state, as: UTF8.self))\" of table \"\(table.name)\" cannot be left",
            details: nil, hint: "Only a function that declares \"leaves: \(table.name)\" leaves it.")
    }

    static func notCanonical(_ row: Row, _ column: Int, _ table: Table) -> Rejection {
        var text: [UInt8] = []
        let type = table.columns[column].type
        switch row.value(at: column) {
        case .text(let bytes): text = Array(bytes.prefix(200))
        case let value: type.appendText(value, to: &text)
        }
        return Rejection(
            code: "22P02", message: "invalid input syntax for type \(type.sqlName): \"\(String(decoding: text, as: UTF8.self))\"")
    }

    /// A word that is no state of the lifecycle: told by the schema's own check of that column, if there is one.
    static func unknownState(of table: Table, row: Row?, actor: Claims) -> Rejection {
        let column = table.policy?.lifecycle.map { table.columns[$0.column].name } ?? ""
        let own = table.checks.first { $0.columns == [column] }
        return check(constraint: own?.name ?? "\(table.name)_\(column)_check", table: table, row: row, actor: actor)
    }

    static func check(constraint: String, table: Table, row: Row?, actor: Claims) -> Rejection {
        Rejection(
            code: "23514", message: "new row for relation \"\(table.name)\" violates check constraint \"\(constraint)\"",
            details: failingRow(row, table, actor))
    }

    /// `Failing row contains (…)`, for the service role only: under row-level security it could show what the actor may not see.
    static func failingRow(_ row: Row?, _ table: Table, _ actor: Claims) -> String? {
        guard actor.role == .serviceRole, let row else { return nil }
        var text = Array("Failing row contains (".utf8)
        for column in table.columns {
            if column.index > 0 { text += Array(", ".utf8) }
            var value: [UInt8] = []
            if row.isNull(at: column.index) { value = Array("null".utf8) } else { column.type.appendText(row, column.index, to: &value) }
            text += value.prefix(64)
            if value.count > 64 { text += Array("...".utf8) }
        }
        text += Array(").".utf8)
        return String(decoding: text, as: UTF8.self)
    }
}
