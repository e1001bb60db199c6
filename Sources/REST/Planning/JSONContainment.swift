internal import JSON
internal import SQLite
internal import Store

/// Spells out `@>` for a literal that is known: SQLite has no such operator, but every part of the literal can be asked for.
///
/// Source: PostgreSQL 15, 8.14.3 jsonb containment: an object contains an object if every key is there and its value contains the
/// other's; an array contains an array if some element contains each of its elements; at the top an array also contains a bare scalar.
struct JSONContainment {
    /// Parts of one literal; each is a term of the statement.
    private static let partLimit = 100

    private(set) var sql: SQLText
    private var parts = 0

    init(sql: SQLText) { self.sql = sql }

    /// - Parameters:
    ///   - source: an SQL expression that is JSON text.
    ///   - path: the place in it, as an SQL string literal.
    ///   - depth: of arrays entered, which names the elements.
    mutating func append(_ wanted: JSONView, source: String, path: String, depth: Int) throws(RequestError) {
        parts += 1
        guard parts <= Self.partLimit else { throw .tooMany("parts in a JSON literal", limit: Self.partLimit) }
        switch wanted.kind {
        case .object: try appendObject(wanted, source: source, path: path, depth: depth)
        case .array: try appendArray(wanted, source: source, path: path, depth: depth)
        default:
            sql.append("(")
            appendScalar(wanted, type: "json_type(\(source), \(path))", value: "json_extract(\(source), \(path))")
            if parts == 1 {
                sql.append(
                    " OR json_type(\(source), \(path)) = 'array' AND EXISTS (SELECT 1 FROM json_each(\(source), \(path)) AS e WHERE ")
                appendScalar(wanted, type: "e.type", value: "e.value")
                sql.append(")")
            }
            sql.append(")")
        }
    }

    private mutating func appendObject(_ wanted: JSONView, source: String, path: String, depth: Int) throws(RequestError) {
        sql.append("(coalesce(json_type(\(source), \(path)) = 'object', 0)")
        try wanted.forEachMember { (key, value) throws(RequestError) in
            sql.append(" AND ")
            let step = JSONStep(key: .name(key.utf8 ?? []), isText: false)
            let deeper = String(path.dropLast()) + String(try [step].sqlLiteral().dropFirst(2))
            try append(value, source: source, path: deeper, depth: depth)
        }
        sql.append(")")
    }

    private mutating func appendArray(_ wanted: JSONView, source: String, path: String, depth: Int) throws(RequestError) {
        sql.append("(coalesce(json_type(\(source), \(path)) = 'array', 0)")
        let element = "e\(depth)"
        try wanted.forEachElement { (value) throws(RequestError) in
            sql.append(" AND EXISTS (SELECT 1 FROM json_each(\(source), \(path)) AS \(element) WHERE ")
            if value.kind == .object || value.kind == .array {
                let kind = value.kind == .object ? "object" : "array"
                // Only containers are JSON text again in `value`.
                sql.append("CASE WHEN \(element).type = '\(kind)' THEN ")
                try append(value, source: "\(element).value", path: "'$'", depth: depth + 1)
                sql.append(" ELSE 0 END")
            } else {
                appendScalar(value, type: "\(element).type", value: "\(element).value")
            }
            sql.append(")")
        }
        sql.append(")")
    }

    private mutating func appendScalar(_ wanted: JSONView, type: String, value: String) {
        switch wanted.kind {
        case .string:
            sql.append("coalesce(\(type) = 'text' AND \(value) = ")
            sql.bind(.text(wanted.utf8 ?? []))
            sql.append(", 0)")
        case .number:
            sql.append("coalesce(\(type) IN ('integer', 'real') AND \(value) = ")
            sql.bind(wanted.int64.map(Value.integer) ?? .real(wanted.double ?? .infinity))
            sql.append(", 0)")
        default: sql.append("coalesce(\(type) = '\(String(decoding: wanted.raw, as: UTF8.self))', 0)")
        }
    }
}
