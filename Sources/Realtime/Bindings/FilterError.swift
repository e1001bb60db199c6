internal import Engine
internal import Store

/// Why a filter is refused. The two renderings for the wire stand below.
enum FilterError: Error, Hashable {
    /// The grammar; the text upstream gives.
    case syntax(String)
    case unknownColumn(String)
    case unknownSelection(String)
    case tooManyValues(limit: Int)
    case unknownKeyword
    case needsBoolean(keyword: String, ColumnType)
    case needsText(operator: String, ColumnType)
    case literal(TypeError)

    /// The pieces of a condition that is none, in Elixir's notation of a list of strings.
    static func parts(_ parts: [ArraySlice<UInt8>]) -> FilterError {
        .syntax(ElixirTerm.list(parts.map { ElixirTerm.string(String(decoding: $0, as: UTF8.self)) }))
    }

    /// The database's text in a `system` message; nil when the filter does not even parse.
    var exception: String? {
        switch self {
        case .syntax: nil
        case .unknownColumn(let column): Self.raised("invalid column for filter \(column)")
        case .unknownSelection(let column): Self.raised("invalid column for select \(column)")
        case .tooManyValues(let limit): Self.raised("too many values for `in` filter. Maximum \(limit)")
        case .unknownKeyword: Self.raised("invalid value for is filter: must be null, true, false, or unknown")
        case .needsBoolean(let keyword, let type): Self.raised("is \(keyword) filter requires a boolean column, got \(type.sqlName)")
        case .needsText(let name, let type): Self.raised("operator \(name) requires a text-compatible column type, got \(type.sqlName)")
        case .literal(let error): "ERROR \(error.code) (\(Self.condition(error.code))) \(error.message)"
        }
    }

    static func raised(_ message: String) -> String { "ERROR P0001 (raise_exception) \(message)" }

    /// PostgreSQL's name of a SQLSTATE. Source: postgresql.org/docs/15/errcodes-appendix.html.
    private static func condition(_ code: String) -> String {
        switch code {
        case "22003": "numeric_value_out_of_range"
        case "22007": "invalid_datetime_format"
        case "22008": "datetime_field_overflow"
        case "22021": "character_not_in_repertoire"
        case "22P05": "untranslatable_character"
        default: "invalid_text_representation"
        }
    }

    /// The same in the four parts of REST, for filters of writes.
    func rejection(table: Table) -> Rejection {
        switch self {
        case .syntax(let detail): Rejection(code: "PGRST100", message: "Error parsing `filter` params: \(detail)")
        case .unknownColumn(let column), .unknownSelection(let column):
            Rejection(code: "42703", message: "column \(table.name).\(column) does not exist")
        case .tooManyValues(let limit): Rejection(code: "PGRST100", message: "too many values for `in` filter. Maximum \(limit)")
        case .unknownKeyword:
            Rejection(code: "PGRST100", message: "invalid value for is filter: must be null, true, false, or unknown")
        case .needsBoolean(let keyword, let type):
            Rejection(code: "42804", message: "argument of IS \(keyword.uppercased()) must be type boolean, not type \(type.sqlName)")
        case .needsText(let name, let type):
            Rejection(
                code: "42883", message: "operator does not exist: \(type.sqlName) \(name == "ilike" ? "~~*" : "~~") unknown",
                hint: "No operator matches the given name and argument types. You might need to add explicit type casts.")
        case .literal(let error): Rejection(code: error.code, message: error.message, details: error.details)
        }
    }
}
