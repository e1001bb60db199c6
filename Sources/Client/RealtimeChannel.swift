/// A channel as a client keeps it: what it asked for, how far it came, and how it stands.
struct RealtimeChannel {
    enum State {
        case joining(ref: String, until: Deadline)
        case joined(ref: String)
        case waiting(until: Deadline)
    }

    let request: ChannelRequest
    var state: State
    var cursor: Cursor?
    var backoff: Backoff
    /// The journal's newest place at the last join.
    private(set) var head: Cursor?
    private(set) var wasJoined = false

    init(_ request: ChannelRequest, state: State, backoff: Backoff) {
        self.request = request
        self.state = state
        self.backoff = backoff
        cursor = request.since
    }

    mutating func joined(ref: String, head: Cursor?) {
        state = .joined(ref: ref)
        wasJoined = true
        backoff.reset()
        self.head = head
        cursor = cursor ?? head
    }

    /// Gives up what lies before the last join.
    mutating func moveToHead() { cursor = head }

    /// The ref of the current or coming incarnation; messages of another one are stale.
    var joinRef: String? {
        switch state {
        case .joining(let ref, _), .joined(let ref): ref
        case .waiting: nil
        }
    }

    /// When something must be done for this channel even if nothing arrives.
    var due: Deadline {
        switch state {
        case .joining(_, let deadline), .waiting(let deadline): deadline
        case .joined: .never
        }
    }
}
