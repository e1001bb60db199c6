package import SQLite

/// How long a snapshot may be open. A statement that runs over it ends with `interrupt`.
package struct ReadBudget: Hashable, Sendable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// A step of a longer reading, such as a journal page: what the engine waits for at the gate.
    package static let page = ReadBudget(milliseconds: 20)
    /// A client's whole query.
    package static let query = ReadBudget(milliseconds: 2000)
}

/// An error of whoever reads, which can also say that SQLite failed.
package protocol ReadFailure: Error {
    init(reading error: SQLiteError)
}

extension SQLiteError: ReadFailure {
    package init(reading error: SQLiteError) { self = error }
}
