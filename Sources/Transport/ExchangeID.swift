/// Names one HTTP request that waits for its answer; an id whose client has left or that was answered is ignored.
package struct ExchangeID: Hashable, Sendable {
    /// The HTTP connection, counted per loop and never used twice.
    let peer: UInt64
    /// The request on that connection, counted from 1.
    let number: UInt32
}
