package import Access
internal import Frames
internal import JSON
package import Store

/// The channel protocol of one event loop: sessions, channels, their audiences, and who is behind.
///
/// Pure decisions: no sockets, clocks or threads. Confined to its loop's thread. Of the outlet's functions `send` may call back, and only
/// `dropped` and `drained`; a page may come before `read` returns.
/// Source: supabase/realtime; DESIGN.md.
package final class Hub {
    /// The `mark` of segments that hold broadcasts.
    package static let broadcastMark = Int64.min

    unowned let outlet: any RealtimeOutlet
    let schema: Schema
    let limits: RealtimeLimits
    let verifier: TokenVerifier
    /// Who this loop is among the engine's listeners.
    let listener: Int
    let epochs: EpochHistory
    let fanout: Fanout
    package internal(set) var counters = RealtimeCounters()

    var sessions: [SessionID: Session] = [:]
    var channels: [UInt64: Channel] = [:]
    var topics: [TopicName: Topic] = [:]
    var lastID: UInt64 = 0
    var isDraining = false
    var refusals: [UInt64: Refusal] = [:]
    var calls: [UInt64: PendingCall] = [:]

    /// The newest sequence this loop was told of.
    var head: SequenceNumber
    var recent: RecentBlocks
    var ready: [Channel] = []
    var ahead: [Channel] = []
    var reads: [UInt64: JournalRead] = [:]
    var isBusy = false
    var isRetrying = false

    /// - Parameters:
    ///   - head: the journal's newest sequence at the time from which the loop is told of blocks.
    ///   - listener: this loop's number among the engine's listeners, for replies.
    package init(
        schema: Schema, epochs: EpochHistory, head: SequenceNumber, limits: RealtimeLimits, verifier: TokenVerifier, listener: Int,
        outlet: any RealtimeOutlet
    ) {
        self.schema = schema
        self.epochs = epochs
        self.head = head
        self.limits = limits
        self.verifier = verifier
        self.listener = listener
        self.outlet = outlet
        fanout = Fanout(epochs: epochs, limits: limits)
        recent = RecentBlocks(head: head, byteLimit: limits.windowBytes)
    }

    package var sessionCount: Int { sessions.count }
    package var channelCount: Int { channels.count }
    package var audienceCount: Int { fanout.audienceCount }
    /// Channels that do not get blocks as they come.
    package var behindCount: Int { channels.values.count { !$0.isLive } }

    /// A connection was upgraded; `claims` are those of its key.
    package func opened(_ session: SessionID, version: ProtocolVersion, claims: Claims) {
        sessions[session] = Session(id: session, version: version, claims: claims)
    }

    /// The connection is gone.
    package func closed(_ session: SessionID) {
        guard let session = sessions.removeValue(forKey: session) else { return }
        for channel in session.channels.values { leave(channel) }
    }

    /// Does the work of one call from outside, then serves those that it put behind. A call from within another is left to that one.
    func enter(_ work: () -> Void) {
        guard !isBusy else { return work() }
        isBusy = true
        work()
        catchUp()
        isBusy = false
    }

    /// Tells every channel that the server goes away, then closes with 1012. Joins are refused from now on.
    package func drain() {
        isDraining = true
        enter {
            for session in sessions.values {
                for channel in session.channels.values {
                    push(.system, on: channel, joinRef: ServerFrame.null) {
                        SystemNotice(origin: "system", message: "Server requested disconnect").append(to: &$0)
                    }
                }
                outlet.close(session.id, code: 1012, reason: "service restart")
            }
        }
    }

    func takeID() -> UInt64 {
        lastID &+= 1
        return lastID
    }

    /// Unix seconds, for tokens.
    var seconds: Int64 { outlet.now / 1_000_000 }
}
