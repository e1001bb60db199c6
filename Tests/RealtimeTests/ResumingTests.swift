import Access
import JSON
import SQLite
import Store
import Testing

@testable import Realtime

@Suite("Resuming")
struct ResumingTests {
    private static let current = World.epoch.rawValue
    private static let former = World.formerEpoch.rawValue

    /// Sequences 1…10 were made in the former epoch, 11…20 in this one; all are in the journal.
    private func world(_ limits: RealtimeLimits = .init()) throws -> World {
        let table = Tables.uploads()
        let world = try World([table], head: SequenceNumber(10), limits: limits)
        world.outlet.journal = (1...10).map { Draft(table: table, old: nil, new: Tables.row($0, "a")).change(SequenceNumber($0)) }
        for id in 11...20 as ClosedRange<Int64> { world.commit([Draft(table: table, old: nil, new: Tables.row(id, "a"))]) }
        world.open()
        return world
    }

    private func join(_ world: World, _ binding: String, config: String = "", payload: String = "") -> [ServerMessage] {
        world.say(
            #"["1","1","realtime:q","phx_join",{"config":{"postgres_changes":[{"schema":"public","table":"upload_queue"\#(binding)}]\#(config)}\#(payload)}]"#
        )
        return world.outlet.take(SessionID(rawValue: 1))
    }

    struct Resume: Sendable, CustomTestStringConvertible {
        let place: Int
        let since: String
        let first: Int64?
        var testDescription: String { "\(since) in place \(place)" }
    }

    @Test(
        "replays from the cursor, wherever it stands, then goes on live",
        arguments: (0..<3).flatMap { place in
            [
                (#","since":15,"epoch":"\#(current)""#, 16), (#","since":"15","epoch":"\#(current)""#, 16),
                (#","since":10,"epoch":"\#(current)""#, 11), (#","since":10,"epoch":"\#(former)""#, 11),
                (#","since":3,"epoch":"\#(former)""#, 4), (#","since":0,"epoch":"\#(former)""#, 1),
                (#","since":20,"epoch":"\#(current)""#, 21), ("", 21), (#","epoch":"\#(current)""#, 21), (#","since":null"#, 21),
            ].map { Resume(place: place, since: $0.0, first: Int64($0.1)) }
        })
    func resumes(_ resume: Resume) throws {
        let world = try world()
        let places = (0..<3).map { $0 == resume.place ? resume.since : "" }
        let messages = join(world, places[0], config: places[1], payload: places[2])
        #expect(messages.prefix(2).map { $0.event?.name } == ["phx_reply", "system"])
        #expect(messages[0].event?.payload["response"]?["sequence"]?.int64 == 20)
        #expect(messages[0].event?.payload["response"]?["epoch"]?.string == Self.current)
        world.commit([Draft(table: world.schema.tables[0], old: nil, new: Tables.row(21, "a"))])
        let sequences = (messages.dropFirst(2) + world.outlet.take(SessionID(rawValue: 1))).compactMap(\.sequence)
        #expect(sequences == Array((resume.first ?? 22)...21))
    }

    @Test("each change names the epoch that covers it, so that any of them is a cursor") func epochs() throws {
        let world = try world()
        let changes = join(world, #","since":8,"epoch":"\#(Self.former)","sequence":true"#).dropFirst(2).compactMap {
            $0.event?.payload["data"]
        }
        #expect(changes.map { $0["epoch"]?.string } == [Self.former, Self.former] + Array(repeating: Self.current, count: 10))
        #expect(changes.map { $0["record"]?["_epoch"]?.string } == changes.map { $0["epoch"]?.string })
    }

    @Test(
        "a cursor that is not this file's is told, then the channel is live",
        arguments: [
            #","since":15"#, #","since":15,"epoch":"unknown""#, #","since":9,"epoch":"\#(current)""#, #","since":11,"epoch":"\#(former)""#,
            #","since":-1,"epoch":"\#(former)""#, #","since":25,"epoch":"\#(current)""#,
            #","since":9223372036854775807,"epoch":"\#(current)""#,
            #","since":15,"epoch":5"#,
        ])
    func unreachable(_ since: String) throws {
        let world = try world()
        let messages = join(world, since)
        #expect(messages.count == 3)
        #expect(
            messages.last?.text
                == #"["1",null,"realtime:q","system",{"extension":"sluice","status":"ok","message":"resync_required","channel":"q"}]"#)
        world.commit([Draft(table: world.schema.tables[0], old: nil, new: Tables.row(21, "a"))])
        #expect(world.outlet.take(SessionID(rawValue: 1)).map(\.sequence) == [21])
    }

    @Test("a floor above the cursor is told, one of another table is not") func floors() throws {
        let world = try world()
        world.outlet.floors = [1: SequenceNumber(4), 2: SequenceNumber(9)]
        #expect(join(world, #","since":3,"epoch":"\#(Self.former)""#).last?.text.contains("resync_required") == true)
        #expect(join(world, #","since":4,"epoch":"\#(Self.former)""#).compactMap(\.sequence) == Array(5...20))
    }

    @Test("a cursor read elsewhere, before its block came to this loop, waits for it") func ahead() throws {
        let world = try world()
        world.outlet.journal += (21...23).map {
            Draft(table: world.schema.tables[0], old: nil, new: Tables.row($0, "a")).change(SequenceNumber($0))
        }
        #expect(join(world, #","since":22,"epoch":"\#(Self.current)""#).count == 2)
        for _ in 21...24 { world.commit([Draft(table: world.schema.tables[0], old: nil, new: Tables.row(1, "a"))]) }
        #expect(world.outlet.take(SessionID(rawValue: 1)).map(\.sequence) == [23, 24])
    }

    @Test("bindings that begin at different places each get what is after theirs") func places() throws {
        let world = try world()
        world.say(
            #"["1","1","realtime:q","phx_join",{"config":{"postgres_changes":["#
                + #"{"table":"upload_queue","filter":"status=eq.a","schema":"public","since":17,"epoch":"\#(Self.current)"},"#
                + #"{"table":"upload_queue","schema":"public"},"#
                + #"{"table":"upload_queue","filter":"id=gt.0","schema":"public","since":19,"epoch":"\#(Self.current)"}]}}]"#)
        world.commit([Draft(table: world.schema.tables[0], old: nil, new: Tables.row(21, "a"))])
        let messages = world.outlet.take(SessionID(rawValue: 1)).filter { $0.sequence != nil }
        #expect(messages.map(\.sequence) == [18, 19, 20, 21])
        #expect(messages.map { $0.event?.payload["ids"]?.count } == [1, 1, 2, 3])
        #expect(world.hub.audienceCount == 1)
    }

    @Test("one scan serves all that are behind; a channel of one row goes by its key") func scans() throws {
        let world = try world()
        world.outlet.answersReadsAtOnce = false
        for number in 1...50 as ClosedRange<UInt64> {
            let session = world.open(number)
            let binding = #"{"schema":"public","table":"upload_queue","since":\#(number % 10),"epoch":"\#(Self.former)"}"#
            world.join("[\(binding)]", on: session)
        }
        #expect(world.outlet.requests.count == 1)
        let session = world.open(51)
        world.join(#"[{"schema":"public","table":"upload_queue","filter":"id=eq.5","since":0,"epoch":"\#(Self.former)"}]"#, on: session)
        #expect(world.outlet.requests.count == 2)
        if case .row(_, let key)? = world.outlet.requests.last?.scope {
            #expect(key.values == Row([.integer(5)]))
        } else {
            Issue.record("read by key")
        }
        while !world.outlet.pendingReads.isEmpty { world.outlet.answerRead() }
        #expect(world.outlet.requests.count <= 4)
        #expect(world.hub.behindCount == 0)
        #expect(world.outlet.take(session).map(\.sequence) == [5])
        #expect(world.outlet.take(SessionID(rawValue: 7)).map(\.sequence) == (8...20).map(Int64.init))
    }

    @Test("a read that fails, or that nobody takes, is asked again") func retries() throws {
        let world = try world()
        world.outlet.answersReadsAtOnce = false
        _ = join(world, #","since":3,"epoch":"\#(Self.former)""#)
        world.outlet.answerRead(failing: true)
        #expect(world.outlet.pendingReads.isEmpty)
        world.outlet.acceptsWork = false
        world.outlet.pass(milliseconds: 50)
        #expect(world.outlet.pendingReads.isEmpty)
        world.outlet.acceptsWork = true
        world.outlet.pass(milliseconds: 50)
        world.outlet.answerRead()
        #expect(world.outlet.take(SessionID(rawValue: 1)).compactMap(\.sequence) == Array(4...20))
    }

    @Test("a reader that is ahead of the loop gives nothing twice") func readerAhead() throws {
        let world = try world()
        world.outlet.answersReadsAtOnce = false
        _ = join(world, #","filter":"id=eq.5","since":3,"epoch":"\#(Self.former)""#)
        let draft = Draft(table: world.schema.tables[0], old: Tables.row(5, "a"), new: Tables.row(5, "b"))
        world.commit([draft], isDelayed: true)
        world.outlet.answerRead()
        world.commit([draft])
        #expect(world.outlet.take(SessionID(rawValue: 1)).compactMap(\.sequence) == [5, 21, 22])
    }

    @Test("a block larger than its bound is replayed in pages instead") func largeBlock() throws {
        var limits = RealtimeLimits()
        limits.blockBytes = 2000
        limits.pageChanges = 10
        let world = try world(limits)
        _ = join(world, "")
        let table = world.schema.tables[0]
        world.commit((21...100).map { Draft(table: table, old: nil, new: Tables.row($0, "a")) })
        #expect(world.outlet.take(SessionID(rawValue: 1)).map(\.sequence) == (21...100).map(Int64.init))
        #expect(world.hub.counters.pagesFromMemory == 8)
    }

    @Test("a replay does not outlive its token") func expiry() throws {
        let world = try world()
        world.outlet.answersReadsAtOnce = false
        let seconds = World.start / 1_000_000
        let token = try World.token(.viewer, expiresAt: seconds + 10)
        _ = join(world, #","since":3,"epoch":"\#(Self.former)""#, payload: #","access_token":"\#(token)""#)
        world.outlet.now += 11_000_000
        world.outlet.answerRead()
        #expect(
            world.heard() == [
                #"["1",null,"realtime:q","system",{"extension":"system","status":"error","message":"Token has expired 1 seconds ago","channel":"q"}]"#,
                #"["1","1","realtime:q","phx_error",{"reason":"token_expired"}]"#,
            ])
    }
}
