internal import Access
internal import JSON
internal import Store

/// A joined topic of one session. Confined to the loop.
final class Channel {
    /// Where it stands on the way to the newest change.
    enum Position {
        /// Not answered yet.
        case joining
        /// Gets every block as it comes; its cursor is the hub's head.
        case live
        /// Behind, and waiting for a page.
        case ready
        /// Behind, with a page on its way.
        case reading
        /// Behind, until its connection has drained.
        case parked
        /// Its cursor is beyond what this loop has seen.
        case ahead
        /// Left.
        case gone
    }

    enum Verification { case due, asked, done }

    /// Unique within the hub.
    let id: UInt64
    unowned let session: Session
    let tag: Int32
    let topic: TopicName
    let topicJSON: [UInt8]
    /// As the client wrote it.
    let joinRef: [UInt8]
    let options: JoinRequest.Options
    let bindings: [Binding]
    /// The tables its bindings are about (`Table.id`).
    let tables: Set<Int>
    /// The one row that all bindings are about, if there is one and the journal's index by key has all that they may be told.
    let row: (table: Table, key: RowKey)?
    /// Where each binding begins; empty when all begin at the same place.
    var starts: [SequenceNumber] = []

    var claims: Claims
    var token: [UInt8]?
    /// When its token is looked at again, microseconds.
    var expiryDue = Int64.max

    var position = Position.joining
    /// While behind: everything up to here was handed to the connection.
    var cursor = SequenceNumber.zero
    /// While ahead: whether the journal's head is to be asked for, or was found to have reached the cursor.
    var verification = Verification.due
    /// Whether it stands on the hub's list of those that are ready.
    var isListed = false
    var lostBroadcasts = 0

    var audience: Audience?
    var placeInAudience = 0
    var placeInTopic = 0

    init(
        id: UInt64, session: Session, tag: Int32, topic: TopicName, joinRef: [UInt8], options: JoinRequest.Options, bindings: [Binding],
        claims: Claims, token: [UInt8]?
    ) {
        self.id = id
        self.session = session
        self.tag = tag
        self.topic = topic
        topicJSON = topic.json
        self.joinRef = joinRef
        self.options = options
        self.bindings = bindings
        tables = Set(bindings.flatMap { $0.scopes.map(\.table.id) })
        row = Self.row(of: bindings)
        self.claims = claims
        self.token = token
    }

    var isLive: Bool { position == .live }

    /// The topic without `realtime:`.
    var subtopic: [UInt8] { Array(topic.bytes.dropFirst(TopicName.prefix.count)) }

    private static func row(of bindings: [Binding]) -> (table: Table, key: RowKey)? {
        guard let first = bindings.first?.row else { return nil }
        for binding in bindings {
            guard !binding.spec.tellsLeaving, let row = binding.row, row.table === first.table, row.key == first.key else { return nil }
        }
        return first
    }

    /// What its bearer may see, per binding and table.
    var access: [Predicate] {
        bindings.flatMap { binding in binding.scopes.map { $0.table.visibility(of: .select, to: claims) } }
    }
}
