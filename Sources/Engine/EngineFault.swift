package import SQLite

/// Our environment failed: the engine cannot go on with this file and says why.
package struct EngineFault: Error, Sendable, CustomStringConvertible {
    /// What was being done.
    package let operation: String
    /// What failed, nil when it was no call of SQLite.
    package let cause: SQLiteError?
    /// What to do about it.
    package let advice: String

    package init(operation: String, cause: SQLiteError?, advice: String) {
        self.operation = operation
        self.cause = cause
        self.advice = advice
    }

    package var description: String { "\(operation) failed: \(cause?.description ?? "no cause given"); \(advice)" }
}
