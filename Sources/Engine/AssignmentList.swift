import SQLite
import Store

/// The SET list of a plain write, with what the table's file adds to it: the touched column, and the rewriting of writes to held rows.
///
/// A write to a row in a holding state is never refused: each column becomes `CASE WHEN <held> THEN <column> ELSE <value> END`,
/// unless it is one that held writes reach; the count goes up; the acknowledgement is filled when the write speaks of such a state.
struct AssignmentList {
    /// The new value of a column.
    enum Source {
        case written(Int)
        /// The schema's default.
        case standard
        /// The value proposed by the INSERT that met an existing row.
        case excluded
    }

    let table: WrittenTable
    let assignments: [(column: Int, source: Source)]
    /// Whether the state written is one that acknowledges.
    let acknowledges: Bool

    func append(to template: inout WriteTemplate) {
        let lifecycle = table.lifecycle.flatMap { $0.hold.isEmpty ? nil : $0 }
        let added = [lifecycle?.heldCount, acknowledges ? lifecycle?.acknowledge : nil].compactMap(\.self)
        var isFirst = true
        func start(_ column: Int) {
            template.append("\(isFirst ? "" : ", ")\(table.quotedColumns[column]) = ")
            isFirst = false
        }
        for (column, source) in assignments where column != table.touch && !added.contains(column) {
            start(column)
            if let lifecycle, !lifecycle.heldThrough.contains(column) {
                template.append("CASE WHEN \(table.heldCondition) THEN \(table.quotedColumns[column]) ELSE ")
                append(source, column, to: &template)
                template.append(" END")
            } else {
                append(source, column, to: &template)
            }
        }
        if let lifecycle, let column = lifecycle.heldCount {
            start(column)
            template.append("CASE WHEN \(table.heldCondition) THEN COALESCE(\(table.quotedColumns[column]), 0) + ")
            template.append(.count)
            appendOtherwise(column, to: &template)
        }
        if let lifecycle, acknowledges, let column = lifecycle.acknowledge {
            start(column)
            template.append("CASE WHEN \(table.heldCondition) THEN CASE WHEN \(table.quotedColumns[lifecycle.column]) = ")
            append(state(lifecycle), lifecycle.column, to: &template)
            // A repeated report of the state that the row is in acknowledges nothing.
            template.append(" THEN \(table.quotedColumns[column]) ELSE COALESCE(\(table.quotedColumns[column]), ")
            template.append(.now(table.table.columns[column].type))
            template.append(") END")
            appendOtherwise(column, to: &template)
        }
        if let touch = table.touch {
            start(touch)
            template.append(.now(table.table.columns[touch].type))
        }
    }

    /// ` ELSE <what the row gets when it is not held> END`.
    private func appendOtherwise(_ column: Int, to template: inout WriteTemplate) {
        template.append(" ELSE ")
        if let given = assignments.first(where: { $0.column == column }) {
            append(given.source, column, to: &template)
        } else {
            template.append(table.quotedColumns[column])
        }
        template.append(" END")
    }

    private func state(_ lifecycle: Lifecycle) -> Source {
        assignments.first { $0.column == lifecycle.column }?.source ?? .standard
    }

    private func append(_ source: Source, _ column: Int, to template: inout WriteTemplate) {
        switch source {
        case .written(let place): template.append(.written(place))
        case .standard: template.append(table.table.columns[column].defaultSQL.map { "(\($0))" } ?? "NULL")
        case .excluded: template.append("excluded.\(table.quotedColumns[column])")
        }
    }
}

extension WrittenTable {
    /// True for a row that plain writes cannot move out of its state.
    var heldCondition: String {
        guard let lifecycle else { return "0" }
        let words = lifecycle.hold.map { String(decoding: $0, as: UTF8.self) }.sorted()
        return "(" + words.map { "\(quotedColumns[lifecycle.column]) = \($0.literal)" }.joined(separator: " OR ") + ")"
    }
}

extension String {
    /// As a text literal in SQL.
    var literal: String { "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'" }
}
