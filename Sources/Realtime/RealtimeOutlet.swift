package import Access
package import Engine
package import Frames

/// The hub's way out: connections, clock, engine and readers, as the broker has them. Everything on the loop's thread.
package protocol RealtimeOutlet: AnyObject {
    /// Queues frames of a block on a connection.
    ///
    /// A segment with `tag` ≥ 0 may be dropped when the connection's outbox is full, whole or not at all; the hub is then told by
    /// `dropped`, possibly before this returns; so may `drained` be. `tag` -1 is for replies and notices, which stay.
    /// - Parameter mark: given back with a drop: the sequence before the range's first change, or `Hub.broadcastMark`.
    func send(_ block: FrameBlock, _ range: Range<Int>, to session: SessionID, tag: Int32, mark: Int64)

    /// Closes a connection after what is queued on it.
    func close(_ session: SessionID, code: UInt16, reason: String)

    /// Whether bytes wait on the connection. When true, `Hub.drained` follows once they are gone; when false, it need not.
    ///
    /// False is always allowed: the pace of a replay is then set by drops alone.
    func awaitsDrain(of session: SessionID) -> Bool

    /// Has `Hub.timer` called with `key` after some time.
    func schedule(afterMilliseconds: Int, key: UInt64)

    /// Hands a mutation to the engine; its outcome comes to `Hub.replied` under `replyTo.token`. False when the mailbox is full.
    func propose(_ mutation: Mutation, byteCount: Int) -> Bool

    /// Runs a function that only reads; its outcome comes to `Hub.replied`. False when the readers' queue is full.
    ///
    /// The broker judges the function's grants in the same snapshot, as the engine does for writing functions.
    func callReadOnly(_ call: Mutation.Call, actor: Claims, token: UInt64) -> Bool

    /// Reads a page of the journal; it comes to `Hub.replayed`. False when the readers' queue is full: the hub asks again.
    func read(_ request: ReplayRequest) -> Bool

    /// Gives a broadcast to the hubs of the other loops (`Hub.deliver(broadcast:)`).
    func broadcast(_ message: BroadcastMessage)

    /// Microseconds since 1970 UTC.
    var now: Int64 { get }
}
