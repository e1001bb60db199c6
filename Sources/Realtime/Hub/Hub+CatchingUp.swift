internal import Store

/// Serving channels that are behind: pages of changes, from the newest blocks in memory or from the journal, through the same index as live
/// ones. One page is for every channel that is behind at its start or later.
extension Hub {
    private static let retryMilliseconds = 50

    /// Serves what can be served now and asks for what cannot.
    func catchUp() {
        verifyAhead()
        guard !ready.isEmpty else { return }
        var pages = 0
        repeat {
            while pages < limits.pagesPerTurn, servePageFromMemory() { pages += 1 }
        } while pages < limits.pagesPerTurn && askForPage()
        if pages == limits.pagesPerTurn { outlet.schedule(afterMilliseconds: 0, key: TimerKey(.resume).rawValue) }
    }

    /// Takes the channels that moved on off the list; ends those whose token has run out, and lets the congested wait.
    private func sortReady() {
        let waiting = ready
        ready = []
        for channel in waiting {
            channel.isListed = false
            guard channel.position == .ready else { continue }
            if hasExpired(channel) {
                expire(channel)
            } else {
                place(channel, channel.session.isCongested ? .parked : .ready)
            }
        }
    }

    private func servePageFromMemory() -> Bool {
        sortReady()
        let near = ready.lazy.filter { $0.cursor >= self.recent.floor }.prefix(limits.behindAtOnce)
        guard let first = near.map(\.cursor).min() else { return false }
        counters.pagesFromMemory += 1
        let receivers = Array(near)
        beginPage(receivers)
        var through = first
        var count = 0
        var bytes = 0
        var isWhole = true
        recent.forEachChange(after: first) { change in
            guard count < limits.pageChanges, bytes < limits.pageBytes else {
                isWhole = false
                return false
            }
            fanout.gather(change, in: .replay, counters: &counters)
            count += 1
            bytes += change.byteCount
            through = change.sequence
            return true
        }
        finishPage(receivers, through: isWhole ? head : through)
        return true
    }

    private func beginPage(_ receivers: [Channel]) {
        for channel in receivers { channel.audience?.addReceiver(channel) }
    }

    private func finishPage(_ receivers: [Channel], through: SequenceNumber) {
        for audience in fanout.takeTouched() { audience.finishPage() }
        let audiences = receivers.compactMap(\.audience)
        for channel in receivers where channel.position == .ready || channel.position == .reading { advance(channel, to: through) }
        for audience in audiences { audience.endReplay() }
    }

    /// Hands a channel its part of the page. A drop while sending sets the cursor back and parks the channel.
    private func advance(_ channel: Channel, to through: SequenceNumber) {
        guard !channel.session.hasOverflown else { return place(channel, .parked) }
        let from = channel.cursor
        channel.cursor = max(from, through)
        var hasSent = false
        if from < through, let (page, range) = channel.audience?.frames(after: from) {
            hasSent = true
            counters.segmentsSent += 1
            outlet.send(page, range, to: channel.session.id, tag: channel.tag, mark: from.rawValue)
        }
        guard channel.position == .ready || channel.position == .reading else { return }
        if channel.cursor >= head {
            goLive(channel)
        } else if hasSent, outlet.awaitsDrain(of: channel.session.id) {
            channel.session.isCongested = true
            place(channel, .parked)
        } else {
            place(channel, .ready)
        }
    }

    // MARK: The journal

    /// Asks for a page for the channel that has waited longest; a scan takes along all that it can serve.
    private func askForPage() -> Bool {
        guard reads.count < limits.readsAtOnce, !isRetrying else { return false }
        let isScanning = reads.values.contains { $0.purpose == .scan }
        let far = ready.filter { $0.position == .ready && !$0.session.isCongested && $0.cursor < recent.floor }
        guard let first = far.first(where: { !isScanning || $0.row != nil }) else { return false }
        if let row = first.row {
            return read(.row(row.table, row.key), .row, for: [first], after: first.cursor)
        }
        let others = far.lazy.filter { $0.cursor >= first.cursor && $0.row == nil }.prefix(limits.behindAtOnce)
        let channels = Array(others)
        return read(
            .tables(channels.reduce(into: []) { $0.formUnion($1.tables) }), .scan, for: channels, after: first.cursor)
    }

    /// Has the journal's head looked up for channels whose cursor is beyond this loop's: it may be a block on its way, or none of ours.
    private func verifyAhead() {
        for channel in ahead where channel.position == .ahead && channel.verification == .due && !isRetrying {
            channel.verification = .asked
            let after = max(channel.cursor, channel.starts.max() ?? .zero)
            if !read(.tables(channel.tables), .verification, for: [channel], after: after) { channel.verification = .due }
        }
    }

    private func read(
        _ scope: ReplayRequest.Scope, _ purpose: JournalRead.Purpose, for channels: [Channel], after: SequenceNumber
    ) -> Bool {
        let id = takeID()
        let request = ReplayRequest(
            id: id, after: after, upTo: head, scope: scope, maxChanges: limits.pageChanges, maxBytes: limits.pageBytes)
        // Registered first: the page may come before `read` returns.
        reads[id] = JournalRead(purpose: purpose, after: after, channels: channels)
        if purpose != .verification {
            for channel in channels { place(channel, .reading) }
        }
        if outlet.read(request) { return true }
        reads[id] = nil
        for channel in channels where channel.position == .reading { place(channel, .ready) }
        retry()
        return false
    }

    private func retry() {
        guard !isRetrying else { return }
        isRetrying = true
        outlet.schedule(afterMilliseconds: Self.retryMilliseconds, key: TimerKey(.retry).rawValue)
    }

    /// The answer to `RealtimeOutlet.read`.
    package func replayed(_ page: ReplayPage) {
        guard let read = reads.removeValue(forKey: page.id) else { return }
        enter {
            if read.purpose == .verification {
                verified(read, page)
            } else if page.hasFailed || page.through <= read.after {
                for channel in read.channels where channel.position == .reading { place(channel, .ready) }
                retry()
            } else {
                serve(page, read)
            }
        }
    }

    private func serve(_ page: ReplayPage, _ read: JournalRead) {
        counters.pagesFromJournal += 1
        var receivers: [Channel] = []
        for channel in read.channels where channel.position == .reading {
            if hasExpired(channel) {
                expire(channel)
            } else if channel.tables.contains(where: { channel.cursor < page.floors[$0] ?? .zero }) {
                resync(channel)
            } else if channel.session.isCongested {
                place(channel, .parked)
            } else {
                receivers.append(channel)
            }
        }
        beginPage(receivers)
        // The reader may have seen more than this loop, which will get the rest live.
        let through = min(page.through, head)
        for change in page.changes where change.sequence <= through { fanout.gather(change, in: .replay, counters: &counters) }
        finishPage(receivers, through: through)
    }

    private func verified(_ read: JournalRead, _ page: ReplayPage) {
        if page.hasFailed { retry() }
        for channel in read.channels where channel.position == .ahead {
            channel.verification = page.hasFailed ? .due : .done
            if !page.hasFailed, read.after > page.head { resync(channel) }
        }
    }
}
