package import JSON

/// What a function returned.
package struct CallAnswer: Sendable {
    package let result: JSONView
    /// The journal's newest sequence when the call was committed; nil when it changed nothing.
    package let sequence: Int64?
}
