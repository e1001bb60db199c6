import Access
import SQLite
import Store

extension PlainWriter {
    /// What SQLite refused about a plain write, in PostgreSQL's words; other errors come back as they are.
    func explain(
        _ error: SQLiteError, table: WrittenTable, written: [Int], values: [Value?], predicate: Predicate? = nil, actor: Claims
    ) throws -> any Error {
        guard error.raised == nil, error.code.primary == .constraint, connection.connection.isInTransaction else { return error }
        let isDelete = predicate != nil && written.isEmpty
        let row = isDelete ? nil : try proposedRow(table, written, values, predicate)
        switch error.code {
        case .constraintCheck, .constraintNotNull:
            // A trigger may have written another table, whose row is not known here.
            guard let rejection = ConstraintText(error)?.rejection(in: connection.schema, row: row, of: table.table, actor: actor) else {
                return error
            }
            return rejection
        case .constraintUnique, .constraintPrimaryKey, .constraintRowID:
            return ConstraintText(error)?.rejection(in: connection.schema, row: row, of: table.table, actor: actor) ?? error
        case .constraintForeignKey:
            return try ForeignKeyFailure(connection: connection)
                .rejection(table: table.table, row: row, predicate: predicate, isDelete: isDelete, actor: actor)
        default: return error
        }
    }

    /// The row that was to be written, as far as it is known before the write: defaults are evaluated, an update's other columns read.
    /// - Parameter predicate: which rows an update is of; nil for an insert.
    /// - Returns: nil when an update touches no row.
    /// - Throws: 42501 when the actor may not write such a row: as in PostgreSQL, that comes before what else is wrong with it.
    func proposedRow(_ table: WrittenTable, _ written: [Int], _ values: [Value?], _ predicate: Predicate?) throws -> Row? {
        let rules = connection.actor.rules(for: predicate == nil ? .insert : .update, on: table)
        var row: [Value]
        if let predicate {
            var sql = WriteTemplate("SELECT \(table.quotedColumns.joined(separator: ", ")) FROM \(table.quotedName) WHERE ")
            sql.append(Predicate.and([predicate, rules.reach]), table: table.table)
            sql.append(" LIMIT 1")
            let select = PreparedWrite(statement: try connection.statement(sql.text), slots: sql.slots)
            defer { select.statement.reset() }
            try select.bind(written: [], key: nil, count: 1) { connection.now(as: $0) }
            guard try select.statement.step() else { return nil }
            row = select.statement.row().values
        } else {
            row = try table.table.columns.map { column in
                guard let text = column.defaultSQL, !written.contains(column.index) else { return .null }
                return try connection.connection.first("SELECT (\(text))") ?? .null
            }
        }
        for (place, column) in written.enumerated() { if let value = values[place] { row[column] = value } }
        let proposed = Row(row)
        guard rules.rule == .always || rules.rule.matches(proposed, in: table.table) == true else {
            throw Rejection.rowPolicy(table: table.table)
        }
        return proposed
    }
}

/// A constraint as SQLite's message names it. The message is the only place where SQLite says which one it was.
///
/// Source: sqlite3.c, sqlite3UniqueConstraint, OP_HaltIfNull, sqlite3GenerateConstraintChecks.
struct ConstraintText {
    private enum Kind {
        case check(String)
        case notNull(table: String, column: String)
        case unique(table: String, columns: [String])
    }
    private let kind: Kind

    init?(_ error: SQLiteError) {
        guard let colon = error.message.firstRange(of: "constraint failed: ") else { return nil }
        let rest = String(error.message[colon.upperBound...])
        switch error.code {
        case .constraintCheck: kind = .check(rest)
        case .constraintNotNull:
            guard let (table, column) = Self.column(rest[...]) else { return nil }
            kind = .notNull(table: table, column: column)
        default:
            let columns = rest.split(separator: ",").compactMap { Self.column($0.drop { $0 == " " }) }
            guard let table = columns.first?.table else { return nil }
            kind = .unique(table: table, columns: columns.map(\.column))
        }
    }

    private static func column(_ text: Substring) -> (table: String, column: String)? {
        guard let dot = text.lastIndex(of: ".") else { return nil }
        return (String(text[..<dot]), String(text[text.index(after: dot)...]))
    }

    /// - Parameters:
    ///   - row: the row that was to be written, when it is known and of `table`.
    ///   - table: the table written; nil when a function wrote, which may be any.
    func rejection(in schema: Schema, row: Row?, of table: Table?, actor: Claims) -> Rejection? {
        switch kind {
        case .check(let reported):
            let tables = table.map { [$0] } ?? schema.tables
            for candidate in tables {
                guard let check = candidate.checks.first(where: { $0.reported == reported }) else { continue }
                return .check(constraint: check.name, table: candidate, row: row, actor: actor)
            }
            return .check(constraint: reported, table: table, actor: actor)
        case .notNull(let name, let column):
            let failing = table?.name == name ? table : nil
            return Rejection(
                code: "23502", message: "null value in column \"\(column)\" of relation \"\(name)\" violates not-null constraint",
                details: failing.flatMap { Rejection.failingRow(row, $0, actor) })
        case .unique(let name, let columns):
            let unique = schema.table(named: name).flatMap { table in
                table.uniques.first { $0.columns.map { table.columns[$0].name } == columns }
            }
            return Rejection(
                code: "23505",
                message: "duplicate key value violates unique constraint \"\(unique?.name ?? Self.standardName(name, columns))\"",
                details: table?.name == name ? table.flatMap { Self.key(unique?.columns, row, $0, actor) } : nil)
        }
    }

    private static func standardName(_ table: String, _ columns: [String]) -> String { "\(table)_\(columns.joined(separator: "_"))_key" }

    private static func key(_ columns: [Int]?, _ row: Row?, _ table: Table, _ actor: Claims) -> String? {
        guard actor.role == .serviceRole, let columns, let row else { return nil }
        return "Key \(table.keyText(columns, row)) already exists."
    }
}

extension Rejection {
    /// A check of a table that is not known.
    static func check(constraint: String, table: Table?, actor: Claims) -> Rejection {
        let name = table?.name ?? ""
        return Rejection(code: "23514", message: "new row for relation \"\(name)\" violates check constraint \"\(constraint)\"")
    }

    static func generated(column: String, insert: Bool) -> Rejection {
        let what = insert ? "cannot insert a non-DEFAULT value into column" : "column"
        return Rejection(
            code: "428C9", message: insert ? "\(what) \"\(column)\"" : "\(what) \"\(column)\" can only be updated to DEFAULT",
            details: "Column \"\(column)\" is a generated column.")
    }
}

extension Table {
    /// `(a, b)=(1, 2)`, as PostgreSQL writes a key in details.
    func keyText(_ columns: [Int], _ row: Row) -> String {
        let names = columns.map { self.columns[$0].name }.joined(separator: ", ")
        let values = columns.map { column in
            var text: [UInt8] = []
            if row.isNull(at: column) { text = Array("null".utf8) } else { self.columns[column].type.appendText(row, column, to: &text) }
            return String(decoding: text, as: UTF8.self)
        }
        return "(\(names))=(\(values.joined(separator: ", ")))"
    }
}
