/// A literal that is none of its type, in PostgreSQL's words.
package struct TypeError: Error, Hashable, Sendable {
    /// A SQLSTATE: 22P02, 22003, 22007, 22008, 22P05, 22021.
    package let code: String
    package let message: String
    package let details: String?

    package init(code: String, message: String, details: String? = nil) {
        self.code = code
        self.message = message
        self.details = details
    }

    /// Longer literals are cut, so that an error is never much larger than what is wrong.
    private static let shownBytes = 1000

    private static func shown(_ literal: ArraySlice<UInt8>) -> String {
        guard literal.count > shownBytes else { return String(decoding: literal, as: UTF8.self) }
        return String(decoding: literal.prefix(shownBytes), as: UTF8.self) + "..."
    }

    static func syntax(_ type: ColumnType, _ literal: ArraySlice<UInt8>) -> TypeError {
        let code =
            switch type {
            case .timestamp, .timestamptz, .date, .time: "22007"
            default: "22P02"
            }
        return TypeError(code: code, message: "invalid input syntax for type \(type.sqlName): \"\(shown(literal))\"")
    }

    static func range(_ type: ColumnType, _ literal: ArraySlice<UInt8>) -> TypeError {
        switch type {
        case .timestamp, .timestamptz, .date, .time:
            TypeError(code: "22008", message: "date/time field value out of range: \"\(shown(literal))\"")
        case .numeric(isText: true), .jsonb: TypeError(code: "22003", message: "value overflows numeric format")
        case .float4, .float8, .numeric:
            TypeError(code: "22003", message: "\"\(shown(literal))\" is out of range for type \(type.sqlName)")
        default: TypeError(code: "22003", message: "value \"\(shown(literal))\" is out of range for type \(type.sqlName)")
        }
    }

    static func json(_ type: ColumnType, _ details: String) -> TypeError {
        TypeError(code: "22P02", message: "invalid input syntax for type \(type.sqlName)", details: details)
    }

    static func array(_ literal: ArraySlice<UInt8>, _ details: String? = nil) -> TypeError {
        TypeError(code: "22P02", message: "malformed array literal: \"\(shown(literal))\"", details: details)
    }

    static let zeroByte = TypeError(
        code: "22P05", message: "unsupported Unicode escape sequence", details: "\\u0000 cannot be converted to text.")

    static let encoding = TypeError(code: "22021", message: "invalid byte sequence for encoding \"UTF8\"")
}
