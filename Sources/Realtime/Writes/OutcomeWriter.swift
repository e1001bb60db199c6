internal import Engine
internal import JSON
internal import SQLite
internal import Store

/// Writes what became of a command as the response of its reply.
struct OutcomeWriter {
    let schema: Schema

    /// `{"result": …, "sequence": n}` or `{"count": n, "sequence": n, "rows": […]}`.
    func append(_ applied: Applied, _ reply: SocketCommand.Reply, to output: inout [UInt8]) {
        switch reply {
        case .result(let type):
            output.appendText("{\"result\":")
            append(applied.result, type, to: &output)
        case .rows:
            output.appendText("{\"count\":")
            output.appendDecimal(Int64(applied.affected))
        }
        output.appendText(",\"sequence\":")
        output.appendDecimal(applied.sequence.rawValue)
        if case .rows(let table, isShown: true) = reply {
            output.appendText(",\"rows\":")
            appendRows(applied.rows, Self.columns(of: table), to: &output)
        }
        output.appendText("}")
    }

    /// REST's four keys.
    static func append(_ rejection: Rejection, to output: inout [UInt8]) {
        JSONValue.object([
            .init("code", .string(rejection.code)), .init("message", .string(rejection.message)),
            .init("details", rejection.details.map(JSONValue.string) ?? .null),
            .init("hint", rejection.hint.map(JSONValue.string) ?? .null),
        ]).write(into: &output)
    }

    private typealias NamedColumn = (name: String, type: ColumnType)

    private static func columns(of table: Table) -> [NamedColumn] { table.columns.map { ($0.name, $0.type) } }

    private func append(_ rows: [Row], _ type: FunctionResultType, to output: inout [UInt8]) {
        switch type {
        case .void: output.appendText("null")
        case .scalar(let type): appendFirst(rows, to: &output) { appendScalar($0, type, to: &$1) }
        case .setOfScalar(let type): appendList(rows, to: &output) { appendScalar($0, type, to: &$1) }
        case .row(let name):
            let columns = schema.table(named: name).map(Self.columns) ?? []
            appendFirst(rows, to: &output) { appendObject($0, columns, to: &$1) }
        case .setOfRows(let name): appendRows(rows, schema.table(named: name).map(Self.columns) ?? [], to: &output)
        case .table(let columns): appendRows(rows, columns.map { ($0.name, $0.type) }, to: &output)
        }
    }

    private func appendRows(_ rows: [Row], _ columns: [NamedColumn], to output: inout [UInt8]) {
        appendList(rows, to: &output) { appendObject($0, columns, to: &$1) }
    }

    private func appendFirst(_ rows: [Row], to output: inout [UInt8], _ body: (Row, inout [UInt8]) -> Void) {
        if let row = rows.first { body(row, &output) } else { output.appendText("null") }
    }

    private func appendList(_ rows: [Row], to output: inout [UInt8], _ body: (Row, inout [UInt8]) -> Void) {
        output.appendText("[")
        for (place, row) in rows.enumerated() {
            if place > 0 { output.appendText(",") }
            body(row, &output)
        }
        output.appendText("]")
    }

    private func appendScalar(_ row: Row, _ type: ColumnType, to output: inout [UInt8]) {
        if row.count > 0 { type.appendJSON(row, 0, to: &output) } else { output.appendText("null") }
    }

    private func appendObject(_ row: Row, _ columns: [NamedColumn], to output: inout [UInt8]) {
        output.appendText("{")
        for (place, column) in columns.prefix(row.count).enumerated() {
            if place > 0 { output.appendText(",") }
            output.appendJSONString(column.name)
            output.appendText(":")
            column.type.appendJSON(row, place, to: &output)
        }
        output.appendText("}")
    }
}
