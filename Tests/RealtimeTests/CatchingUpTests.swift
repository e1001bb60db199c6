import Access
import JSON
import SQLite
import Store
import Testing

@testable import Realtime

@Suite("Catching up")
struct CatchingUpTests {
    /// A channel and all that it must be told, change by change.
    private struct Follower {
        let session: SessionID
        let topic: String
        let requests: [RandomBinding]
        let bindings: [(oracle: Oracle, start: Int64)]

        func expected(_ journal: [Change]) -> [String] {
            journal.flatMap { change in
                let seen = bindings.filter { change.sequence.rawValue > $0.start }.compactMap { $0.oracle.verdict(change)?.kind.rawValue }
                return Set(seen).map { "\(change.sequence.rawValue) \($0)" }.sorted()
            }
        }
    }

    private static func limits(_ dice: inout Dice) -> RealtimeLimits {
        var limits = RealtimeLimits()
        limits.windowBytes = [0, 1000, 3000, 1_000_000][dice.roll(4)]
        limits.pageChanges = 1 + dice.roll(5)
        limits.pageBytes = [200, 1000, 100_000][dice.roll(3)]
        limits.blockBytes = [0, 300, 2000][dice.roll(3)]
        limits.behindAtOnce = 1 + dice.roll(4)
        limits.readsAtOnce = 1 + dice.roll(3)
        limits.pagesPerTurn = 1 + dice.roll(4)
        return limits
    }

    @Test("every channel ends with exactly its changes, once each and in order, whatever is dropped", arguments: 0..<84)
    func histories(_ group: Int) throws {
        for number in 0..<60 { try history(seed: UInt64(group * 60 + number)) }
    }

    @Test("a connection that drains while a block is handed out waits for its end") func drainedWhileSending() throws {
        let world = try World([Tables.uploads()])
        let slow = world.open(1)
        let fast = world.open(2)
        world.join(#"[{"schema":"public","table":"upload_queue","filter":"status=neq.b"}]"#, topic: "x", on: slow)
        world.join(#"[{"schema":"public","table":"upload_queue"}]"#, topic: "y", on: slow)
        world.join(#"[{"schema":"public","table":"upload_queue"}]"#, topic: "y", on: fast)
        world.outlet.slow[slow] = 0
        let table = world.schema.tables[0]
        // Drops the frame for y, whose channel waits from then on.
        world.commit([Draft(table: table, old: nil, new: Tables.row(1, "b"))])
        #expect(world.hub.behindCount == 1)
        // The socket takes the frame for x, and the connection has drained, before y's audience has its turn.
        world.outlet.socketPercent = 100
        world.commit([Draft(table: table, old: nil, new: Tables.row(2, "a"))])
        world.outlet.drain(slow)
        #expect(world.outlet.take(fast).map(\.sequence) == [1, 2])
        let changes = world.outlet.take(slow).compactMap(\.change).map { "\($0.topic) \($0.sequence)" }
        #expect(changes.sorted() == ["realtime:x 2", "realtime:y 1", "realtime:y 2"])
        #expect(world.hub.behindCount == 0)
    }

    private func history(seed: UInt64) throws {
        var dice = Dice(seed)
        let access: [Role: AccessRule] = [.viewer: .all, .authenticated: .owner]
        let tables = [
            Jobs(id: 1, name: "jobs", showsWhole: true, selects: access, seed: dice.next()),
            Jobs(id: 2, name: "tasks", showsWhole: false, selects: access, seed: dice.next()),
        ]
        let world = try World(tables.map(\.table), limits: Self.limits(&dice))
        world.outlet.answersReadsAtOnce = dice.chance(30)
        world.outlet.tellsDrain = dice.chance(70)
        world.outlet.socketPercent = [0, 30, 90][dice.roll(3)]
        let sessions = (1...3).map { number in
            let subject = Jobs.owners[dice.roll(3)]
            let claims = dice.chance(50) ? World.claims(.viewer) : World.claims(.authenticated, subject: subject)
            let session = world.open(UInt64(number), dice.chance(30) ? .one : .two, claims: claims)
            if dice.chance(75) { world.outlet.slow[session] = 1 + dice.roll(4) }
            return (id: session, subject: claims.role == .viewer ? nil : subject)
        }
        var followers: [Follower] = []
        for _ in 0..<30 {
            let (session, subject) = sessions[dice.roll(3)]
            switch dice.roll(10) {
            case 0, 1:
                guard followers.count < 6 else { break }
                if let follower = join(world, session, subject, tables, followers, &dice) { followers.append(follower) }
            case 2: world.outlet.answerRead(failing: dice.chance(10))
            case 3: world.outlet.deliver(1 + dice.roll(3), to: session)
            case 4: world.outlet.drain(session)
            case 5: world.outlet.pass(milliseconds: 60)
            default: world.commit((0..<(1 + dice.roll(4))).map { _ in tables[dice.roll(2)].draft() }, isDelayed: dice.chance(20))
            }
        }
        world.deliverDelayed()
        settle(world, sessions.map(\.id))
        var received: [String: [(sequence: Int64, type: String)]] = [:]
        for session in sessions {
            for message in world.outlet.take(session.id) {
                guard let change = message.change else { continue }
                received["\(session.id.rawValue) \(change.topic)", default: []].append((change.sequence, change.type))
            }
        }
        #expect(world.hub.behindCount == 0, "seed \(seed)")
        for follower in followers {
            let seen = received["\(follower.session.rawValue) \(follower.topic)"] ?? []
            let isOrdered = zip(seen, seen.dropFirst()).allSatisfy { $0.sequence <= $1.sequence }
            #expect(isOrdered, "seed \(seed), \(follower.topic)")
            // One change may be seen in two ways, by two bindings.
            let sorted = seen.sorted { ($0.sequence, $0.type) < ($1.sequence, $1.type) }.map { "\($0.sequence) \($0.type)" }
            #expect(sorted == follower.expected(world.outlet.journal), "seed \(seed), \(follower.topic)")
        }
    }

    /// Joins a new topic, or one that another session is on already, with the same bindings: then they are an audience.
    private func join(
        _ world: World, _ session: SessionID, _ subject: String?, _ tables: [Jobs], _ others: [Follower], _ dice: inout Dice
    ) -> Follower? {
        let sees: (Row) -> Bool = { row in subject.map { row.value(at: 1) == .text($0) } ?? true }
        var topic = "realtime:t\(others.count)"
        var requests: [RandomBinding] = []
        if !others.isEmpty, dice.chance(60) {
            let other = others[dice.roll(others.count)]
            guard !others.contains(where: { $0.session == session && $0.topic == other.topic }) else { return nil }
            (topic, requests) = (other.topic, other.requests)
            for place in requests.indices { requests[place].oracle.sees = sees }
        } else {
            for _ in 0...[0, 0, 1, 2][dice.roll(4)] { requests.append(RandomBinding(tables[dice.roll(2)].table, sees: sees, dice: &dice)) }
        }
        let head = Int(world.head.rawValue)
        let shared = dice.chance(50) ? Int64(dice.roll(head + 1)) : nil
        var starts: [Int64] = []
        var texts: [String] = []
        for request in requests {
            let start = dice.chance(60) ? shared ?? Int64(dice.roll(head + 1)) : nil
            starts.append(start ?? world.hub.head.rawValue)
            texts.append(request.json(start.map { #","since":\#($0),"epoch":"00000000000000e2""# } ?? ""))
        }
        let payload = #"{"config":{"postgres_changes":[\#(texts.joined(separator: ","))]}}"#
        // One of the two is a message of the session's version.
        world.say(#"["1","1","\#(topic)","phx_join",\#(payload)]"#, on: session)
        world.say(#"{"topic":"\#(topic)","event":"phx_join","payload":\#(payload),"ref":"1"}"#, on: session)
        return Follower(session: session, topic: topic, requests: requests, bindings: zip(requests, starts).map { ($0.oracle, $1) })
    }

    /// Lets every connection and every read come to rest.
    private func settle(_ world: World, _ sessions: [SessionID]) {
        for session in sessions { world.outlet.slow[session] = .max }
        for _ in 0..<2000 {
            guard world.hub.behindCount > 0 || world.outlet.queued.values.contains(where: { !$0.isEmpty }) else { return }
            for session in sessions { world.outlet.drain(session) }
            world.outlet.answerRead()
            world.outlet.pass(milliseconds: 100)
        }
    }
}

extension ServerMessage {
    /// Topic, sequence and type of a row change, in either framing.
    var change: (topic: String, sequence: Int64, type: String)? {
        guard !isBinary, let root = try? JSONDocument(parsing: payload).root else { return nil }
        let isArray = root.kind == .array
        guard let data = (isArray ? root[4] : root["payload"])?["data"], let topic = (isArray ? root[2] : root["topic"])?.string,
            let sequence = data["sequence"]?.int64, let type = data["type"]?.string
        else { return nil }
        return (topic, sequence, type)
    }
}
