internal import Access

/// What the hub knows of one connection. Confined to the loop.
final class Session {
    let id: SessionID
    let version: ProtocolVersion
    /// Of the connection's key: for channels whose join brings no token.
    let claims: Claims
    var channels: [[UInt8]: Channel] = [:]
    /// By the tag of their change frames. A tag is never used again, so that drops of a channel that has left concern nobody.
    private(set) var channelsByTag: [Int32: Channel] = [:]
    private var lastTag: Int32 = -1

    /// Whether something was dropped or waits to be written: nothing is replayed until the connection has drained.
    var isCongested = false
    /// Whether something was dropped since the connection had drained.
    var hasOverflown = false
    var joins = RateWindow()
    var broadcasts = RateWindow()
    var presences = RateWindow()
    /// Refused joins whose answers are waiting.
    var pendingRefusals = 0
    /// The token verified last, so that the channels of one connection verify it once.
    var verified: (token: [UInt8], claims: Claims)?

    init(id: SessionID, version: ProtocolVersion, claims: Claims) {
        self.id = id
        self.version = version
        self.claims = claims
    }

    /// A tag for the next channel; nil when all 2³¹ were used.
    func takeTag() -> Int32? {
        guard lastTag < Int32.max else { return nil }
        lastTag += 1
        return lastTag
    }

    func insert(_ channel: Channel) {
        channels[channel.topic.bytes] = channel
        channelsByTag[channel.tag] = channel
    }

    func remove(_ channel: Channel) {
        if channels[channel.topic.bytes] === channel { channels[channel.topic.bytes] = nil }
        channelsByTag[channel.tag] = nil
    }
}

/// Counts events per second, in whole seconds from the first one.
struct RateWindow {
    private var start: Int64 = 0
    private var count = 0

    /// - Parameters:
    ///   - now: microseconds.
    ///   - limit: per second; 0 is none.
    /// - Returns: whether the event is within the limit.
    mutating func admit(now: Int64, limit: Int) -> Bool {
        if now &- start >= 1_000_000 || now < start { (start, count) = (now, 0) }
        count &+= 1
        return limit <= 0 || count <= limit
    }
}
