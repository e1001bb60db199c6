import Access
import Engine
import Frames
import SQLite
import Store

@testable import Realtime

/// A hub with an outlet that plays the rest of the broker: connections, a journal, an engine that accepts.
final class World {
    let schema: Schema
    let outlet: FakeOutlet
    let hub: Hub
    private(set) var head: SequenceNumber
    private var delayed: [CommittedBlock] = []

    static let secret = Array("0123456789abcdef0123456789abcdef".utf8)
    static let epoch = Epoch(rawValue: "00000000000000e2")
    static let formerEpoch = Epoch(rawValue: "00000000000000e1")
    /// 2026-11-20T09:30:00.124Z.
    static let start: Int64 = 1_795_167_000_124_000

    init(_ tables: [Table], functions: [Function] = [], head: SequenceNumber = .zero, limits: RealtimeLimits = .init()) throws {
        schema = Schema(tables: tables, functions: Dictionary(functions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }))
        outlet = FakeOutlet()
        self.head = head
        let epochs = EpochHistory([
            .init(epoch: Self.formerEpoch, first: SequenceNumber(1)), .init(epoch: Self.epoch, first: head.next),
        ])
        let verifier = TokenVerifier(keys: try KeySet(hmacSecret: Self.secret))
        hub = Hub(schema: schema, epochs: epochs, head: head, limits: limits, verifier: verifier, listener: 3, outlet: outlet)
        outlet.hub = hub
    }

    static func claims(_ role: Role = .viewer, subject: String? = nil, expiresAt: Int64 = .max) -> Claims {
        Claims(role: role, subject: subject.map { Array($0.utf8) }, expiresAt: expiresAt)
    }

    static func token(_ role: Role = .viewer, subject: String? = nil, expiresAt: Int64) throws -> String {
        try TokenSigner(secret: secret).sign(role: role, subject: subject, issuedAt: 0, expiresAt: expiresAt)
    }

    @discardableResult
    func open(_ number: UInt64 = 1, _ version: ProtocolVersion = .two, claims: Claims = World.claims()) -> SessionID {
        let session = SessionID(rawValue: number)
        hub.opened(session, version: version, claims: claims)
        return session
    }

    func say(_ text: String, on session: SessionID = SessionID(rawValue: 1)) {
        hub.received(session, Array(text.utf8), binary: false)
    }

    func say(bytes: [UInt8], on session: SessionID = SessionID(rawValue: 1)) {
        hub.received(session, bytes, binary: true)
    }

    /// The text messages since the last time.
    func heard(on session: SessionID = SessionID(rawValue: 1)) -> [String] {
        outlet.take(session).map { String(decoding: $0.payload, as: UTF8.self) }
    }

    /// Joins in vsn 2 and throws away what is answered.
    func join(_ bindings: String = "[]", topic: String = "q", on session: SessionID = SessionID(rawValue: 1), more: String = "") {
        say(#"["1","1","realtime:\#(topic)","phx_join",{"config":{"postgres_changes":\#(bindings)\#(more)}}]"#, on: session)
        _ = outlet.take(session)
    }

    /// Gives changes their sequences and commits them as one block, of which the loop hears now or with a later one.
    @discardableResult
    func commit(_ drafts: [Draft], isDelayed: Bool = false) -> [Change] {
        var sequence = head
        let changes = drafts.map { draft in
            sequence = sequence.next
            return draft.change(sequence)
        }
        head = sequence
        outlet.journal += changes
        delayed.append(CommittedBlock(changes: changes, head: head))
        if !isDelayed { deliverDelayed() }
        return changes
    }

    func deliverDelayed() {
        let blocks = delayed
        delayed = []
        for block in blocks { hub.deliver(block) }
    }
}

/// A change without its place.
struct Draft {
    let table: Table
    let old: Row?
    let new: Row?
    var isHeld = false
    var time = World.start
    var actor = ChangeActor.system

    func change(_ sequence: SequenceNumber) -> Change {
        let kind: Change.Kind = old == nil ? .insert : new == nil ? .delete : .update
        let row = new ?? old ?? Row([])
        return Change(
            sequence: sequence, kind: kind, table: table, key: RowKey(of: row, in: table), old: old, new: new, committedAt: time,
            actor: actor, isHeld: isHeld)
    }
}
