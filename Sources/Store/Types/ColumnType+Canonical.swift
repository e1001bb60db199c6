import JSON
package import SQLite

extension ColumnType {
    /// Whether a row holds NULL or a value of this type in canonical form there: what the capture asks of every changed value.
    ///
    /// Integers cost a comparison, text one pass over its bytes; json, jsonb and arrays are parsed. A REAL column may hold an integer,
    /// as captured images do.
    package func isCanonical(_ row: Row, _ column: Int) -> Bool {
        switch row.kind(at: column) {
        case .null: return true
        case .integer:
            guard let number = row.integer(at: column) else { return false }
            return storage == .integer ? isInRange(number) : storage == .real
        case .real:
            guard storage == .real, let number = row.real(at: column) else { return false }
            return self != .float4 || number.isInfinite || Double(Float(number)) == number
        case .blob: return self == .bytea
        case .text: return isCanonicalText(row.bytes.span.extracting(row.range(at: column)), row, column)
        }
    }

    private func isCanonicalText(_ text: Span<UInt8>, _ row: Row, _ column: Int) -> Bool {
        switch self {
        case .text, .varchar: Self.isText(text)
        case .uuid: UUIDText.isCanonical(text)
        case .timestamptz: TimestampForm.timestamptz.matches(text)
        case .timestamp: TimestampForm.timestamp.matches(text)
        case .date: TimestampForm.date.matches(text)
        case .time: TimestampForm.time.matches(text)
        case .numeric(isText: true): Decimal.isCanonical(text)
        case .json: Self.isText(text) && (try? JSONDocument(parsing: Array(row.slice(at: column)))) != nil
        case .jsonb: CanonicalJSON.isCanonical(row.slice(at: column))
        case .array(let element): Self.isCanonicalArray(row.slice(at: column), of: element)
        default: false
        }
    }

    /// UTF-8 without a zero byte.
    private static func isText(_ text: Span<UInt8>) -> Bool {
        var all: UInt8 = 0
        for index in text.indices {
            if text[index] == 0 { return false }
            all |= text[index]
        }
        return all < 0x80 || (try? UTF8Span(validating: text)) != nil
    }

    private static func isCanonicalArray(_ text: ArraySlice<UInt8>, of element: ColumnType) -> Bool {
        let bytes = Array(text)
        guard let root = try? JSONDocument(parsing: bytes).root, root.kind == .array,
            case .text(let canonical)? = try? ColumnType.array(of: element).parse(json: root, now: 0)
        else { return false }
        return canonical == bytes
    }
}
