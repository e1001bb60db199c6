/// What a hub has done since it was made. Plain numbers; read on the loop's thread.
package struct RealtimeCounters: Hashable, Sendable {
    /// Messages that were no frame of the protocol, and were dropped without a word.
    package var malformed = 0
    package var joins = 0
    package var refusedJoins = 0
    /// Changes looked up in the index, live and replayed.
    package var changesMatched = 0
    /// Subscriptions that a change was judged against.
    package var candidatesJudged = 0
    /// Changes turned into JSON, once per shape.
    package var changesEncoded = 0
    /// Frames of changes written, once per audience.
    package var framesEncoded = 0
    /// Segments handed to connections: one per member and block.
    package var segmentsSent = 0
    /// Segments of changes that connections had no room for; none is lost, their channels catch up.
    package var segmentsDropped = 0
    package var pagesFromMemory = 0
    package var pagesFromJournal = 0
    /// Channels told that their cursor is not reachable.
    package var resyncs = 0
    package var broadcasts = 0
    package var broadcastsRefused = 0
    package var broadcastsDropped = 0
    package var expiredTokens = 0

    package init() {}
}
