import Access
import Engine
import Frames
import Store

@testable import Realtime

/// Connections that take everything, unless told to be slow; a journal in memory; an engine that only remembers.
final class FakeOutlet: RealtimeOutlet {
    struct Segment {
        let bytes: ArraySlice<UInt8>
        let tag: Int32
        let mark: Int64
    }

    weak var hub: Hub?
    var now = World.start
    var journal: [Change] = []
    var floors: [Int: SequenceNumber] = [:]

    private(set) var delivered: [SessionID: [ArraySlice<UInt8>]] = [:]
    var queued: [SessionID: [Segment]] = [:]
    /// Sessions whose segments wait until `drain`; how many droppable ones fit.
    var slow: [SessionID: Int] = [:]
    var tellsDrain = true
    private var owesDrained: Set<SessionID> = []
    /// How often a socket takes something while it is being sent to.
    var socketPercent = 0
    private var taken = Dice(1)
    private(set) var segments = 0

    private(set) var closed: [(session: SessionID, code: UInt16)] = []
    private(set) var timers: [(due: Int64, key: UInt64)] = []
    private(set) var mutations: [Mutation] = []
    private(set) var readOnlyCalls: [(call: Mutation.Call, token: UInt64)] = []
    private(set) var broadcasts: [BroadcastMessage] = []
    private(set) var requests: [ReplayRequest] = []
    var pendingReads: [ReplayRequest] = []
    var answersReadsAtOnce = true
    var acceptsWork = true

    func send(_ block: FrameBlock, _ range: Range<Int>, to session: SessionID, tag: Int32, mark: Int64) {
        segments += 1
        let segment = Segment(bytes: block.bytes[range], tag: tag, mark: mark)
        guard let room = slow[session] else {
            delivered[session, default: []].append(segment.bytes)
            return
        }
        queued[session, default: []].append(segment)
        if queued[session, default: []].count(where: { $0.tag >= 0 }) > room {
            // The socket may take something before anything is dropped, as in `EventLoop.relieve`.
            if taken.chance(socketPercent) { deliver(1 + taken.roll(4), to: session) }
            if queued[session, default: []].count(where: { $0.tag >= 0 }) > room { drop(session) }
        }
    }

    /// What `Outbox.dropUnsent` does: all droppable segments go, oldest first.
    func drop(_ session: SessionID) {
        let segments = queued[session] ?? []
        queued[session] = segments.filter { $0.tag < 0 }
        owesDrained.insert(session)
        for segment in segments where segment.tag >= 0 { hub?.dropped(session, tag: segment.tag, mark: segment.mark) }
    }

    func drain(_ session: SessionID) { deliver(.max, to: session) }

    /// The socket takes some segments; the hub is told when none is left, if it is owed.
    func deliver(_ count: Int, to session: SessionID) {
        let segments = queued[session] ?? []
        queued[session] = Array(segments.dropFirst(count))
        for segment in segments.prefix(count) { delivered[session, default: []].append(segment.bytes) }
        if segments.count <= count, owesDrained.remove(session) != nil { hub?.drained(session) }
    }

    func awaitsDrain(of session: SessionID) -> Bool {
        guard tellsDrain, !(queued[session] ?? []).isEmpty else { return false }
        owesDrained.insert(session)
        return true
    }

    func close(_ session: SessionID, code: UInt16, reason: String) { closed.append((session, code)) }

    func schedule(afterMilliseconds: Int, key: UInt64) { timers.append((now + Int64(afterMilliseconds) * 1000, key)) }

    func propose(_ mutation: Mutation, byteCount: Int) -> Bool {
        if acceptsWork { mutations.append(mutation) }
        return acceptsWork
    }

    func callReadOnly(_ call: Mutation.Call, actor: Claims, token: UInt64) -> Bool {
        if acceptsWork { readOnlyCalls.append((call, token)) }
        return acceptsWork
    }

    func read(_ request: ReplayRequest) -> Bool {
        guard acceptsWork else { return false }
        requests.append(request)
        pendingReads.append(request)
        if answersReadsAtOnce { answerRead() }
        return true
    }

    func broadcast(_ message: BroadcastMessage) { broadcasts.append(message) }

    /// Answers the oldest request as the journal does.
    func answerRead(failing: Bool = false) {
        guard !pendingReads.isEmpty else { return }
        let request = pendingReads.removeFirst()
        guard !failing else {
            hub?.replayed(ReplayPage(failed: request.id))
            return
        }
        var changes: [Change] = []
        let head = journal.last?.sequence ?? .zero
        // A page by key goes to the journal's head, which may be ahead of the loop.
        let end: SequenceNumber
        if case .row = request.scope { end = head } else { end = min(request.upTo, head) }
        var through = end
        var bytes = 0
        for change in journal where change.sequence > request.after && change.sequence <= end {
            switch request.scope {
            case .tables(let tables): guard tables.contains(change.table.id) else { continue }
            case .row(let table, let key): guard change.table === table, change.key == key else { continue }
            }
            if changes.count == request.maxChanges || bytes >= request.maxBytes {
                through = changes.last?.sequence ?? through
                break
            }
            changes.append(change)
            bytes += change.byteCount
        }
        hub?.replayed(ReplayPage(id: request.id, changes: changes, through: through, floors: floors, head: head))
    }

    /// Lets time pass and fires what falls due.
    func pass(milliseconds: Int) {
        let end = now + Int64(milliseconds) * 1000
        while let next = timers.indices.filter({ timers[$0].due <= end }).min(by: { timers[$0].due < timers[$1].due }) {
            let timer = timers.remove(at: next)
            now = max(now, timer.due)
            hub?.timer(timer.key)
        }
        now = end
    }

    func take(_ session: SessionID) -> [ServerMessage] {
        (delivered.removeValue(forKey: session) ?? []).flatMap(ServerMessage.all)
    }
}
