package import Engine
internal import Frames
internal import Store

extension Hub {
    /// What a transaction brought, after its commit; blocks come in order, each once.
    package func deliver(_ block: CommittedBlock) {
        guard block.head > head else { return }
        enter {
            let before = head
            head = block.head
            recent.append(block)
            for change in block.changes { fanout.gather(change, in: .live, counters: &counters) }
            for audience in fanout.takeTouched() { handOut(audience, before: before) }
            admitAhead()
        }
    }

    /// One segment per live member; the members of an audience that outgrew its bound replay the block in pages instead.
    private func handOut(_ audience: Audience, before: SequenceNumber) {
        guard let block = audience.take() else {
            for channel in audience.members where channel.isLive { fallBehind(channel, at: before) }
            return
        }
        let range = 0..<block.count
        for channel in audience.members where channel.isLive {
            counters.segmentsSent += 1
            outlet.send(block, range, to: channel.session.id, tag: channel.tag, mark: before.rawValue)
        }
    }

    private func fallBehind(_ channel: Channel, at cursor: SequenceNumber) {
        channel.cursor = cursor
        place(channel, channel.session.isCongested ? .parked : .ready)
    }

    /// A segment was not delivered: what it held is replayed once the connection has drained.
    package func dropped(_ session: SessionID, tag: Int32, mark: Int64) {
        guard let session = sessions[session] else { return }
        session.isCongested = true
        session.hasOverflown = true
        guard let channel = session.channelsByTag[tag] else { return }
        guard mark != Self.broadcastMark else {
            counters.broadcastsDropped += 1
            channel.lostBroadcasts += 1
            return
        }
        counters.segmentsDropped += 1
        let sequence = SequenceNumber(mark)
        channel.cursor = channel.isLive ? sequence : min(channel.cursor, sequence)
        place(channel, .parked)
        if let last = channel.starts.max(), channel.cursor < last { move(channel, starts: channel.starts) }
    }

    /// Nothing waits on the connection any more.
    package func drained(_ session: SessionID) {
        guard let session = sessions[session] else { return }
        session.isCongested = false
        session.hasOverflown = false
        enter {
            for channel in session.channels.values {
                if channel.position == .parked { place(channel, .ready) }
                let lost = channel.lostBroadcasts
                channel.lostBroadcasts = 0
                if lost > 0 { notice("sluice", "broadcasts_dropped: \(lost)", on: channel) }
            }
        }
    }

    // MARK: Places

    func place(_ channel: Channel, _ position: Channel.Position) {
        guard channel.position != .gone else { return }
        if channel.isLive { channel.audience?.liveCount -= 1 }
        channel.position = position
        switch position {
        case .live: channel.audience?.liveCount += 1
        case .ready where !channel.isListed:
            channel.isListed = true
            ready.append(channel)
        case .ahead: ahead.append(channel)
        case .joining, .ready, .reading, .parked, .gone: break
        }
    }

    /// Puts the channel into the audience that its claims and starts belong to; without bindings there is none.
    func move(_ channel: Channel, starts: [SequenceNumber]) {
        guard !channel.bindings.isEmpty else { return }
        let access = channel.access
        if let audience = channel.audience, audience.key.starts == starts, audience.key.access == access { return }
        fanout.leave(channel)
        fanout.join(channel, bindings: channel.bindings, access: access, starts: starts)
    }
}
