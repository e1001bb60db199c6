internal import JSON
internal import SQLite
internal import Store

extension Cell {
    /// Appends the value as JSON.
    /// - Throws: 22P02 and its like when a cast fails.
    func appendJSON(_ row: Row, to output: inout [UInt8]) throws(RequestError) {
        guard !path.isEmpty || cast != nil else { return type.appendJSON(row, position, to: &output) }
        if let cast {
            cast.appendJSON(try casted(row, to: cast), to: &output)
        } else if let view = view(row) {
            if path.last?.isText ?? false {
                if let text = JSONPath.text(of: view) { output.appendJSONString(text) } else { output.appendText("null") }
            } else {
                view.appendCompact(to: &output)
            }
        } else {
            output.appendText("null")
        }
    }

    /// Appends PostgreSQL's text form, as CSV has it; nothing for null.
    /// - Returns: whether there is a value.
    func appendText(_ row: Row, to output: inout [UInt8]) throws(RequestError) -> Bool {
        if let cast {
            let value = try casted(row, to: cast)
            cast.appendText(value, to: &output)
            return !value.isNull
        }
        guard !path.isEmpty else {
            type.appendText(row, position, to: &output)
            return !row.isNull(at: position)
        }
        guard let text = text(row) else { return false }
        output += text
        return true
    }

    /// What stands at the path; nil where nothing does.
    private func view(_ row: Row) -> JSONView? {
        switch type {
        case .json, .jsonb, .array: break
        default: return nil
        }
        guard row.kind(at: position) == .text, let document = try? JSONDocument(parsing: Array(row.slice(at: position))) else { return nil }
        return JSONPath.value(in: document.root, path)
    }

    private func text(_ row: Row) -> [UInt8]? {
        guard path.isEmpty else { return view(row).flatMap(JSONPath.text) }
        guard !row.isNull(at: position) else { return nil }
        var text: [UInt8] = []
        type.appendText(row, position, to: &text)
        return text
    }

    /// PostgreSQL casts by way of the text for every pair of types that clients may name here.
    private func casted(_ row: Row, to cast: ColumnType) throws(RequestError) -> Value {
        guard let text = text(row) else { return .null }
        do throws(TypeError) { return try cast.parse(text: text) } catch { throw RequestError(error) }
    }
}
