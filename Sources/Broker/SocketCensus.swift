internal import Access
internal import System

/// The open sockets of all loops: how many, and how many of each user. Any thread.
final class SocketCensus: Sendable {
    private struct State: Sendable {
        var count = 0
        /// By the token's `sub`; kept only while there is a limit on it.
        var countByUser: [[UInt8]: Int] = [:]
        var isClosed = false
    }

    private let state = Locked(State())
    private let limit: Int
    private let limitPerUser: Int
    /// Rung when the last socket goes after the census was closed.
    private let bell = Mailbox<Bool>(byteLimit: 1)

    /// - Parameters:
    ///   - limit: sockets at once; 0 is none.
    ///   - limitPerUser: sockets of one `sub` at once; 0 is none. Tokens without a `sub` are nobody's.
    init(limit: Int, limitPerUser: Int) {
        self.limit = limit
        self.limitPerUser = limitPerUser
    }

    var count: Int { state.withLock { $0.count } }

    /// Whether no socket is let in any more.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Whether one more socket would be let in now.
    func check(_ claims: Claims) throws(UpgradeRefusal) {
        if let refusal = state.withLock({ self.refusal($0, claims) }) { throw refusal }
    }

    /// Counts one more socket, whose `leave` must follow.
    func enter(_ claims: Claims) throws(UpgradeRefusal) {
        let refusal = state.withLock { state in
            if let refusal = self.refusal(state, claims) { return Optional(refusal) }
            state.count += 1
            if limitPerUser > 0, let user = claims.subject { state.countByUser[user, default: 0] += 1 }
            return nil
        }
        if let refusal { throw refusal }
    }

    /// A socket that had entered is gone.
    func leave(_ claims: Claims) {
        let isLast = state.withLock { state in
            state.count -= 1
            if limitPerUser > 0, let user = claims.subject, let count = state.countByUser[user] {
                state.countByUser[user] = count > 1 ? count - 1 : nil
            }
            return state.count == 0 && state.isClosed
        }
        if isLast { _ = bell.put(true, bytes: 1) }
    }

    /// Lets no more sockets in.
    func close() { state.withLock { $0.isClosed = true } }

    /// Waits until every socket is gone, or the time is over. After `close`, once.
    func waitUntilEmpty(nanoseconds: Int64) {
        guard count > 0 else { return }
        _ = bell.takeAll(waitUpTo: nanoseconds)
    }

    private func refusal(_ state: State, _ claims: Claims) -> UpgradeRefusal? {
        if state.isClosed { return .draining }
        if limit > 0, state.count >= limit { return .tooMany }
        if limitPerUser > 0, let user = claims.subject, state.countByUser[user, default: 0] >= limitPerUser { return .tooMany }
        return nil
    }
}
