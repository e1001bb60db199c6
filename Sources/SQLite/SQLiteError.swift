/// What SQLite said no to: the extended code, its message, and what was being done.
///
/// The message may quote identifiers of the schema, never a bound value.
package struct SQLiteError: Error, Hashable, Sendable, CustomStringConvertible {
    package let code: ResultCode
    package let message: String
    /// The SQL text or the name of the call that failed.
    package let operation: String
    /// Set when one of our own SQL functions raised: the error as the function gave it.
    package let raised: RaisedError?
    /// Byte offset into `operation` of the token that SQLite stumbled over; nil when it names none.
    package let offset: Int?

    package init(code: ResultCode, message: String, operation: String, raised: RaisedError? = nil, offset: Int? = nil) {
        self.code = code
        self.message = message
        self.operation = operation
        self.raised = raised
        self.offset = offset
    }

    package var description: String { "SQLite error \(code.rawValue): \(message), while executing \(operation)" }
}

/// An error that an SQL function or a trigger raised on purpose, in PostgreSQL's four parts.
package struct RaisedError: Error, Hashable, Sendable {
    package let code: String
    package let message: String
    package let details: String?
    package let hint: String?

    package init(code: String, message: String, details: String? = nil, hint: String? = nil) {
        self.code = code
        self.message = message
        self.details = details
        self.hint = hint
    }
}
