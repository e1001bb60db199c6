package import JSON

/// What became of a write.
package struct WriteAnswer: Sendable {
    /// Rows that were written.
    package let count: Int64
    package let sequence: Int64?
    /// The rows, when they were asked for; otherwise nil.
    package let rows: JSONView?
}
