internal import Frames
internal import JSON
internal import Store

/// The channels of one loop that get byte-identical frames for every change. Confined to the loop.
final class Audience {
    struct Key: Hashable {
        let topic: [UInt8]
        let version: ProtocolVersion
        let bindings: [BoundSpec]
        /// Per binding, its first sequence that counts; empty when all begin at the channel's cursor.
        let starts: [SequenceNumber]
        /// What the bearer's role and subject may see, per binding and table.
        let access: [Predicate]
    }

    struct BoundSpec: Hashable {
        let id: BindingID
        let spec: BindingSpec
    }

    /// A look at a block or page, during which frames are gathered.
    enum Pass { case live, replay }

    let key: Key
    private(set) var subscriptions: [Subscription] = []
    /// Live and behind.
    private(set) var members: [Channel] = []
    var liveCount = 0

    /// How many members the page under way is for, and the lowest of their cursors.
    private var receivers = 0
    private var replaysFrom = SequenceNumber.zero
    /// Where each change's frames begin in the builder; kept while a page has receivers of several cursors.
    private(set) var marks: [(sequence: SequenceNumber, offset: Int)] = []
    private var keepsMarks: Bool { receivers > 1 }

    /// Whether the fan-out has it on its list of those to be served.
    var hasGathered = false
    private var builder = FrameBlockBuilder()
    /// The frames of the page under way, while they are handed out.
    private(set) var page: FrameBlock?
    /// What the change under way matched, in no order.
    private(set) var matches: [Match] = []
    /// Whether the block's frames have outgrown their bound: nothing more is gathered, the members will replay.
    private(set) var isOverflowing = false

    private let limits: RealtimeLimits
    private let prefix: [UInt8]
    private let ids: [[UInt8]]

    struct Match {
        let subscription: Subscription
        let presentation: Presentation
    }

    init(_ key: Key, limits: RealtimeLimits) {
        self.key = key
        self.limits = limits
        var topic: [UInt8] = []
        topic.appendJSONString(key.topic)
        var prefix: [UInt8] = []
        ServerFrame.appendHead(.changes, version: key.version, topic: topic, to: &prefix)
        prefix.appendText("{\"ids\":[")
        self.prefix = prefix
        ids = key.bindings.map { Array(String($0.id.rawValue).utf8) }
    }

    /// Called once, by the fan-out.
    func subscribe(_ subscriptions: [Subscription]) { self.subscriptions = subscriptions }

    func insert(_ channel: Channel) {
        channel.placeInAudience = members.count
        members.append(channel)
        if channel.isLive { liveCount += 1 }
    }

    func remove(_ channel: Channel) {
        if channel.isLive { liveCount -= 1 }
        let last = members.removeLast()
        guard last !== channel else { return }
        members[channel.placeInAudience] = last
        last.placeInAudience = channel.placeInAudience
    }

    /// Has the page under way gathered for a member as well.
    func addReceiver(_ channel: Channel) {
        replaysFrom = receivers == 0 ? channel.cursor : min(replaysFrom, channel.cursor)
        receivers += 1
    }

    // MARK: Gathering

    func isWaiting(for change: Change, in pass: Pass) -> Bool {
        switch pass {
        case .live: liveCount > 0 && !isOverflowing
        case .replay: receivers > 0 && change.sequence > replaysFrom
        }
    }

    /// Whether a binding has begun when the change is made.
    func hasBegun(_ binding: Int, at sequence: SequenceNumber) -> Bool {
        key.starts.isEmpty || sequence > key.starts[binding]
    }

    /// - Returns: whether it is the first match of the change.
    func note(_ match: Match) -> Bool {
        matches.append(match)
        return matches.count == 1
    }

    /// Turns the matches of a change into frames: one per way of seeing it.
    func gather(_ change: Change, in pass: Pass, serial: Int, epoch: Epoch, counters: inout RealtimeCounters) {
        if pass == .replay, keepsMarks { marks.append((change.sequence, builder.count)) }
        if matches.count > 1 { matches.sort { $0.subscription.binding < $1.subscription.binding } }
        while let first = matches.first {
            appendFrame(change, like: first, serial: serial, epoch: epoch, counters: &counters)
            if matches.count == 1 {
                matches.removeLast()
            } else {
                matches.removeAll { $0.isSeen(as: first) }
            }
        }
        if pass == .live, limits.blockBytes > 0, builder.count > limits.blockBytes {
            isOverflowing = true
            _ = builder.take()
        }
    }

    private func appendFrame(_ change: Change, like match: Match, serial: Int, epoch: Epoch, counters: inout RealtimeCounters) {
        let shape = match.subscription.shape
        var variant = RowShape.Variant(presentation: match.presentation, showsSequence: match.subscription.showsSequence)
        var encoding = shape.encode(change, as: variant, serial: serial, epoch: epoch)
        if encoding.isNew { counters.changesEncoded += 1 }
        var idBytes = 0
        for other in matches where other.isSeen(as: match) { idBytes += ids[other.subscription.binding].count + 1 }
        let around = key.version == .one ? prefix.count + idBytes + 32 : 0
        if shape.byteCount(at: encoding.place) + around > limits.changeBytes {
            variant.isReduced = true
            encoding = shape.encode(change, as: variant, serial: serial, epoch: epoch)
            if encoding.isNew { counters.changesEncoded += 1 }
        }
        counters.framesEncoded += 1
        builder.append(.text) { output in
            output.append(contentsOf: prefix)
            var isFirst = true
            for other in matches where other.isSeen(as: match) {
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                output.append(contentsOf: ids[other.subscription.binding])
            }
            output.appendText("],\"data\":")
            shape.append(at: encoding.place, to: &output)
            output.appendText(key.version == .one ? "},\"ref\":null}" : "}]")
        }
    }

    /// The frames gathered since the last time; nil when they outgrew their bound.
    func take() -> FrameBlock? {
        defer { isOverflowing = false }
        return isOverflowing ? nil : builder.take()
    }

    func finishPage() { page = builder.take() }

    /// The page's frames that are about changes after `sequence`; nil when there are none.
    func frames(after sequence: SequenceNumber) -> (page: FrameBlock, range: Range<Int>)? {
        guard let page else { return nil }
        let start = keepsMarks ? offset(after: sequence, in: page) : 0
        return start < page.count ? (page, start..<page.count) : nil
    }

    private func offset(after sequence: SequenceNumber, in page: FrameBlock) -> Int {
        var low = 0
        var high = marks.count
        while low < high {
            let middle = low + (high - low) / 2
            if marks[middle].sequence > sequence { high = middle } else { low = middle + 1 }
        }
        return low < marks.count ? marks[low].offset : page.count
    }

    func endReplay() {
        page = nil
        receivers = 0
        marks.removeAll(keepingCapacity: true)
    }
}

extension Audience.Match {
    /// Whether one frame serves both.
    func isSeen(as other: Audience.Match) -> Bool {
        presentation == other.presentation && subscription.shape === other.subscription.shape
            && subscription.showsSequence == other.subscription.showsSequence
    }
}
