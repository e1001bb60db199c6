import Access
import Testing

@testable import Broker

@Suite("Socket census")
struct SocketCensusTests {
    private let ada = Claims(role: .authenticated, subject: Array("ada".utf8))
    private let grace = Claims(role: .authenticated, subject: Array("grace".utf8))
    private let service = Claims.service

    @Test("bounds all sockets") func all() throws {
        let census = SocketCensus(limit: 2, limitPerUser: 0)
        try census.enter(ada)
        try census.enter(ada)
        #expect(throws: UpgradeRefusal.tooMany) { try census.check(grace) }
        #expect(throws: UpgradeRefusal.tooMany) { try census.enter(grace) }
        census.leave(ada)
        try census.enter(grace)
        #expect(census.count == 2)
    }

    @Test("bounds each user's sockets, and nobody's without a sub") func users() throws {
        let census = SocketCensus(limit: 0, limitPerUser: 1)
        try census.enter(ada)
        #expect(throws: UpgradeRefusal.tooMany) { try census.check(ada) }
        #expect(throws: UpgradeRefusal.tooMany) { try census.enter(ada) }
        try census.enter(grace)
        for _ in 0..<10 { try census.enter(service) }
        census.leave(ada)
        try census.enter(ada)
        #expect(census.count == 12)
    }

    @Test("lets nobody in once it is closed, and waits for those inside") func close() throws {
        let census = SocketCensus(limit: 0, limitPerUser: 0)
        try census.enter(ada)
        census.close()
        #expect(throws: UpgradeRefusal.draining) { try census.enter(grace) }
        census.waitUntilEmpty(nanoseconds: 1)
        #expect(census.count == 1)
        census.leave(ada)
        census.waitUntilEmpty(nanoseconds: .max)
        #expect(census.count == 0)
    }
}
