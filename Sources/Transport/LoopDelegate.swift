/// What an `EventLoop` tells its owner, all of it on the loop's thread. Calls do not nest, with two exceptions: `send` may call `dropped`,
/// and `flush` may call `drained`, before they return.
package protocol LoopDelegate: AnyObject {
    /// The loop is about to run. Keep `loop` (unowned or weak: the loop keeps its delegate) to answer with it.
    func started(_ loop: EventLoop)
    /// A whole request with its body in memory. Answer now or later with `loop.respond`; the client's next request waits until then.
    func request(_ request: HTTPRequest, _ exchange: ExchangeID)
    /// A well-formed WebSocket handshake. Origin, path, key and version of the protocol above are judged here.
    func upgrade(_ request: HTTPRequest) -> UpgradeDecision
    /// The handshake is answered; `request` is the one `upgrade` accepted.
    func opened(_ id: ConnectionID, _ request: HTTPRequest)
    /// One whole message of at most `messageBytes`; text is valid UTF-8.
    func received(_ id: ConnectionID, _ message: [UInt8], binary: Bool)
    /// The outbox is empty again after it had dropped something, or somebody asked `awaitsDrain`.
    func drained(_ id: ConnectionID)
    /// One droppable segment that was sent with `tag` and `mark` will not be delivered. Told once per segment, oldest first.
    func dropped(_ id: ConnectionID, tag: Int32, mark: Int64)
    /// The connection is gone. `code` is the close code that was sent or received, 1005 when the peer gave none, 1006 when it just left.
    func closed(_ id: ConnectionID, code: UInt16)
    /// `LoopHandle.wake()` was called at least once since the last `woken`.
    func woken()
    /// A time set with `schedule(afterMilliseconds:key:)` has come.
    func timer(_ key: UInt64)
    /// The end of a turn: everything that was readable has been told. What is sent from here goes out in the flush that follows.
    func turnEnded()
}

extension LoopDelegate {
    package func turnEnded() {}
}

/// The answer to a WebSocket handshake.
package enum UpgradeDecision: Sendable {
    case accept
    /// The response reaches the client, then the socket is closed.
    case refuse(HTTPResponse)
}
