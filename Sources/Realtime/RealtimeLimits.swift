package import JSON

/// How much of everything one event loop's hub takes. Of the first group 0 means no limit.
package struct RealtimeLimits: Hashable, Sendable {
    package var channelsPerConnection = 100
    package var bindingsPerChannel = 1000
    /// Per connection.
    package var joinsPerSecond = 100
    /// Per connection.
    package var broadcastsPerSecond = 1000
    /// Presence events per connection.
    package var presencePerSecond = 100
    /// Of a broadcast's payload.
    package var broadcastBytes = 3_000_000
    /// Conditions in one filter.
    package var filterTerms = 20
    /// Values in one `in` list.
    package var inValues = 100

    /// What a message, a broadcast over HTTP included, may be as JSON; its depth is never off.
    package var json = JSONLimits.wire
    /// A topic's UTF-8 with `realtime:`; the length stands in one byte of a binary broadcast.
    package var topicBytes = 255
    /// References and tokens of other parties that are echoed.
    package var refBytes = 255
    /// The pause before a join is refused, so that clients which retry at once do not.
    package var refusalDelayMilliseconds = 1000
    /// Upstream's `poll_max_record_bytes`, and the longest message that the Python client reads.
    package var changeBytes = 1_048_576

    /// The newest blocks kept in memory, in bytes of their changes.
    package var windowBytes = 16 * 1024 * 1024
    /// A block's frames for one audience; past it the members are sent page by page, as if they had been slow.
    package var blockBytes = 1024 * 1024
    /// What is read or replayed in one go.
    package var pageChanges = 500
    package var pageBytes = 256 * 1024
    /// Channels that one page serves at most.
    package var behindAtOnce = 1000
    /// Journal reads under way at once.
    package var readsAtOnce = 4
    /// Pages served from memory in one turn of the loop.
    package var pagesPerTurn = 64

    package init() {}
}
