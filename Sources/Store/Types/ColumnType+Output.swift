import JSON
package import SQLite

/// Canonical values on their way out. NULL is `null` in JSON and nothing in text.
extension ColumnType {
    /// Appends a column of a row as JSON: text as a string, numbers with all their digits, json and arrays as they stand.
    package func appendJSON(_ row: Row, _ column: Int, to output: inout [UInt8]) {
        switch row.kind(at: column) {
        case .null: output.appendText("null")
        case .integer: appendJSON(integer: row.integer(at: column) ?? 0, to: &output)
        case .real: appendJSON(real: row.real(at: column) ?? 0, to: &output)
        case .text: appendJSON(text: row.slice(at: column), to: &output)
        case .blob: appendJSON(blob: row.slice(at: column), to: &output)
        }
    }

    /// As `appendJSON`, but bytea without `\x`, as row changes carry it. Source: supabase realtime, postgres_cdc_rls.
    package func appendRealtimeJSON(_ row: Row, _ column: Int, to output: inout [UInt8]) {
        guard row.kind(at: column) == .blob else { return appendJSON(row, column, to: &output) }
        output.append(UInt8(ascii: "\""))
        ByteaText.append(row.slice(at: column), to: &output)
        output.append(UInt8(ascii: "\""))
    }

    package func appendJSON(_ value: Value, to output: inout [UInt8]) {
        switch value {
        case .null: output.appendText("null")
        case .integer(let number): appendJSON(integer: number, to: &output)
        case .real(let number): appendJSON(real: number, to: &output)
        case .text(let bytes): appendJSON(text: bytes[...], to: &output)
        case .blob(let bytes): appendJSON(blob: bytes[...], to: &output)
        }
    }

    private func appendJSON(integer number: Int64, to output: inout [UInt8]) {
        if self == .bool { output.appendText(number == 0 ? "false" : "true") } else { output.appendDecimal(number) }
    }

    private func appendJSON(real number: Double, to output: inout [UInt8]) {
        output.appendJSONNumber(self == .float4 ? Self.shortest(number) : number)
    }

    /// The double whose digits are those of the nearest float: 0.1 for the float 0.1.
    private static func shortest(_ number: Double) -> Double { Double(Float(number).description) ?? number }

    private func appendJSON(text: ArraySlice<UInt8>, to output: inout [UInt8]) {
        switch self {
        case .json, .jsonb, .array: output.append(contentsOf: text)
        case .uuid, .timestamptz, .timestamp, .date, .time:
            // Canonical: nothing to escape.
            output.append(UInt8(ascii: "\""))
            output.append(contentsOf: text)
            output.append(UInt8(ascii: "\""))
        case .numeric where !Decimal.isSpecial(text.span): output.append(contentsOf: text)
        default: output.appendJSONString(text)
        }
    }

    private func appendJSON(blob: ArraySlice<UInt8>, to output: inout [UInt8]) {
        output.appendText("\"\\\\x")
        ByteaText.append(blob, to: &output)
        output.append(UInt8(ascii: "\""))
    }

    /// Appends PostgreSQL's text form: `t`, `2026-01-15 10:00:00+00`, `{a,"b c",NULL}`, `{"k": 1}`. Nothing for NULL.
    package func appendText(_ row: Row, _ column: Int, to output: inout [UInt8]) {
        switch row.kind(at: column) {
        case .null: break
        case .text: appendText(text: row.slice(at: column), to: &output)
        default: appendText(row.value(at: column), to: &output)
        }
    }

    package func appendText(_ value: Value, to output: inout [UInt8]) {
        switch value {
        case .null: break
        case .integer(let number):
            if self == .bool { output.appendText(number == 0 ? "f" : "t") } else { output.appendDecimal(number) }
        case .real(let number):
            if number.isFinite { appendJSON(real: number, to: &output) } else { output.appendText(number < 0 ? "-Infinity" : "Infinity") }
        case .text(let bytes): appendText(text: bytes[...], to: &output)
        case .blob(let bytes):
            output.appendText("\\x")
            ByteaText.append(bytes[...], to: &output)
        }
    }

    private func appendText(text: ArraySlice<UInt8>, to output: inout [UInt8]) {
        switch self {
        case .timestamptz, .timestamp:
            // Both have `T` at the eleventh place; the zone is always +00:00, of which PostgreSQL shows the hours.
            let shown = self == .timestamptz && text.last == UInt8(ascii: "0") ? text.dropLast(3) : text
            for (index, byte) in shown.enumerated() { output.append(index == 10 ? UInt8(ascii: " ") : byte) }
        case .array(let element): element.appendArrayText(text, to: &output)
        case .jsonb:
            let start = output.count
            if let document = try? JSONDocument(parsing: Array(text)),
                (try? CanonicalJSON.append(document.root, .spaced, to: &output)) != nil
            {
                return
            }
            output.removeLast(output.count - start)
            output.append(contentsOf: text)
        default: output.append(contentsOf: text)
        }
    }

    private func appendArrayText(_ text: ArraySlice<UInt8>, to output: inout [UInt8]) {
        guard let root = try? JSONDocument(parsing: Array(text)).root else { return output.append(contentsOf: text) }
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        root.forEachElement { element in
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            guard !element.isNull, let value = try? parse(json: element, now: 0) else { return output.appendText("NULL") }
            var shown: [UInt8] = []
            appendText(value, to: &shown)
            ArrayLiteral.append(element: shown, to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }
}
