/// Who drives a load loop; called on the loop's thread, never from within its own calls.
package protocol LoadHandler: AnyObject {
    /// The connection's upgrade was accepted.
    func opened(_ connection: Int, _ loop: LoadLoop)

    /// A text or binary frame arrived. The payload is valid for the call; fragments come one by one.
    func received(_ payload: Span<UInt8>, on connection: Int, _ loop: LoadLoop)

    /// The connection is gone, or never came to be.
    func closed(_ connection: Int, _ error: ClientError, _ loop: LoadLoop)

    /// Once per turn, when all that had arrived was told.
    ///
    /// - Returns: the latest moment of the next turn, in nanoseconds of the monotonic clock; nil leaves it to the sockets.
    func turn(_ loop: LoadLoop) -> Int64?
}
