import Access
import JSON
import SQLite
import Store
import Testing

@testable import Realtime

@Suite("Fan-out")
struct FanoutTests {
    @Test("a thousand equal channels are one audience: one encoding, one frame, one segment each") func audience() throws {
        let world = try World([Tables.uploads()])
        for number in 1...1000 {
            world.open(UInt64(number))
            world.join(#"[{"schema":"public","table":"upload_queue"}]"#, on: SessionID(rawValue: UInt64(number)))
        }
        #expect(world.hub.audienceCount == 1)
        let before = world.outlet.segments
        let table = world.schema.tables[0]
        world.commit((1...3).map { Draft(table: table, old: nil, new: Tables.row($0, "a")) })
        #expect(world.hub.counters.changesEncoded == 3)
        #expect(world.hub.counters.framesEncoded == 3)
        #expect(world.hub.counters.candidatesJudged == 3)
        #expect(world.outlet.segments - before == 1000)
        #expect(world.outlet.take(SessionID(rawValue: 1000)).map(\.sequence) == [1, 2, 3])
        for number in 1...1000 { world.hub.closed(SessionID(rawValue: UInt64(number))) }
        #expect(world.hub.audienceCount == 0)
    }

    @Test("both framings share the encoding of a change") func versions() throws {
        let world = try World([Tables.uploads()])
        world.open(1, .one)
        world.open(2, .two)
        let config = #"{"config":{"postgres_changes":[{"schema":"public","table":"upload_queue"}]}}"#
        world.say(#"{"topic":"realtime:q","event":"phx_join","payload":\#(config),"ref":"1"}"#, on: SessionID(rawValue: 1))
        world.say(#"["1","1","realtime:q","phx_join",\#(config)]"#, on: SessionID(rawValue: 2))
        world.commit([Draft(table: world.schema.tables[0], old: nil, new: Tables.row(1, "a"))])
        #expect(world.hub.counters.changesEncoded == 1)
        #expect(world.hub.counters.framesEncoded == 2)
    }

    @Test("ten thousand uploaders, each bound to its row, cost a change nothing") func byFilter() throws {
        let world = try World([Tables.uploads()])
        for number in 1...10_000 {
            world.open(UInt64(number))
            world.join(
                #"[{"schema":"public","table":"upload_queue","filter":"id=eq.\#(number)"}]"#, on: SessionID(rawValue: UInt64(number)))
        }
        let table = world.schema.tables[0]
        for id in [1, 5000, 10_000, 10_001] as [Int64] {
            world.commit([Draft(table: table, old: Tables.row(id, "a"), new: Tables.row(id, "b"))])
        }
        #expect(world.hub.counters.candidatesJudged == 3)
        #expect(world.outlet.take(SessionID(rawValue: 5000)).map(\.sequence) == [2])
    }

    @Test("ten thousand owners of other rows cost a change nothing") func byOwner() throws {
        let jobs = Jobs(id: 1, name: "jobs", showsWhole: false, selects: [.authenticated: .owner], seed: 1)
        let world = try World([jobs.table])
        for number in 1...10_000 {
            let session = world.open(UInt64(number), claims: World.claims(.authenticated, subject: "u\(number)"))
            world.join(#"[{"schema":"public","table":"jobs"}]"#, on: session)
        }
        let mine = Row([.integer(1), .text("u7"), .null, .integer(0)])
        let theirs = Row([.integer(1), .text("u8"), .null, .integer(0)])
        world.commit([Draft(table: jobs.table, old: nil, new: mine)])
        world.commit([Draft(table: jobs.table, old: mine, new: theirs)])
        #expect(world.hub.counters.candidatesJudged == 3)
        let types = [7, 8].map { number in
            world.outlet.take(SessionID(rawValue: number)).map { $0.event?.payload["data"]?["type"]?.string }
        }
        #expect(types == [["INSERT", "DELETE"], ["UPDATE"]])
    }

    @Test("bearers who see the same share an audience, others do not") func accessCases() throws {
        let jobs = Jobs(id: 1, name: "jobs", showsWhole: false, selects: [.authenticated: .owner, .viewer: .all, .operator: .all], seed: 1)
        let world = try World([jobs.table])
        let bearers = [
            World.claims(.viewer), World.claims(.operator), World.claims(.serviceRole), World.claims(.authenticated, subject: "u1"),
            World.claims(.authenticated, subject: "u1"), World.claims(.authenticated, subject: "u2"), World.claims(.anon),
        ]
        for (number, claims) in bearers.enumerated() {
            world.join(#"[{"schema":"public","table":"jobs"}]"#, on: world.open(UInt64(number), claims: claims))
        }
        #expect(world.hub.audienceCount == 4)
    }

    @Test("a left channel hears nothing more, and its tag's drops concern nobody") func leaving() throws {
        let world = try World([Tables.uploads()])
        let session = world.open()
        world.outlet.slow[session] = 10
        world.join(#"[{"schema":"public","table":"upload_queue"}]"#)
        world.commit([Draft(table: world.schema.tables[0], old: nil, new: Tables.row(1, "a"))])
        world.say(#"["1","2","realtime:q","phx_leave",{}]"#)
        world.join(#"[{"schema":"public","table":"upload_queue"}]"#)
        world.outlet.drop(session)
        #expect(world.hub.behindCount == 0)
        #expect(world.hub.counters.segmentsDropped == 0)
    }
}
