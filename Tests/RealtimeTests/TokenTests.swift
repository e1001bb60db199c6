import Access
import SQLite
import Store
import Testing

@testable import Realtime

@Suite("Tokens")
struct TokenTests {
    private static let seconds = World.start / 1_000_000

    private func world() throws -> World {
        let jobs = Jobs(id: 1, name: "jobs", showsWhole: false, selects: [.authenticated: .owner, .viewer: .all], seed: 1)
        let world = try World([jobs.table])
        world.open(claims: World.claims(.anon))
        return world
    }

    private func join(_ world: World, _ token: String?, bindings: String = "[]", more: String = "") -> [String] {
        let part = token.map { #","access_token":"\#($0)""# } ?? ""
        world.say(#"["6","6","realtime:q","phx_join",{"config":{"postgres_changes":\#(bindings)\#(more)}\#(part)}]"#)
        let answers = world.heard()
        world.outlet.pass(milliseconds: 1000)
        return answers + world.heard()
    }

    private func refresh(_ world: World, _ token: String) -> [String] {
        world.say(#"["6","9","realtime:q","access_token",{"access_token":\#(token)}]"#)
        return world.heard()
    }

    private static func refused(_ reason: String) -> [String] {
        [#"["6","6","realtime:q","phx_reply",{"status":"error","response":{"reason":"\#(reason)"}}]"#]
    }

    @Test("a join's token is judged before anything else") func joins() throws {
        let expired = try World.token(expiresAt: Self.seconds - 12)
        #expect(join(try world(), expired) == Self.refused("InvalidJWTToken: Token has expired 12 seconds ago"))
        #expect(join(try world(), "what") == Self.refused("MalformedJWT: The token provided is not a valid JWT"))
        #expect(join(try world(), "") == Self.refused("MalformedJWT: The token provided is not a valid JWT"))
        let good = try World.token(expiresAt: Self.seconds + 100)
        let forged = good.dropLast(10) + (good.dropLast(9).last == "A" ? "B" : "A") + good.suffix(9)
        #expect(join(try world(), String(forged)) == Self.refused("JwtSignatureError: Failed to validate JWT signature"))
        #expect(join(try world(), good).count == 1)
        #expect(join(try world(), "sb_publishable_x").count == 1)
        #expect(join(try world(), nil).count == 1)
    }

    @Test("a connection whose key has run out cannot join without a token") func connection() throws {
        let world = try world()
        world.open(claims: World.claims(.anon, expiresAt: Self.seconds - 3))
        #expect(join(world, nil) == Self.refused("InvalidJWTToken: Token has expired 3 seconds ago"))
    }

    @Test("user_token wins over access_token") func userToken() throws {
        let world = try world()
        world.say(#"["6","6","realtime:q","phx_join",{"user_token":"what","access_token":"sb_x"}]"#)
        world.outlet.pass(milliseconds: 1000)
        #expect(world.heard() == Self.refused("MalformedJWT: The token provided is not a valid JWT"))
    }

    @Test("a token that runs out ends its channel so that clients come back") func expiry() throws {
        let world = try world()
        _ = join(world, try World.token(expiresAt: Self.seconds + 60))
        world.outlet.pass(milliseconds: 58_000)
        #expect(world.heard() == [])
        world.outlet.pass(milliseconds: 1000)
        #expect(
            world.heard() == [
                #"["6",null,"realtime:q","system",{"extension":"system","status":"error","message":"Token has expired 0 seconds ago","channel":"q"}]"#,
                #"["6","6","realtime:q","phx_error",{"reason":"token_expired"}]"#,
            ])
        #expect(world.hub.channelCount == 0)
    }

    @Test("a refreshed token lives by its own time, a very long one too") func refreshed() throws {
        let world = try world()
        _ = join(world, try World.token(expiresAt: Self.seconds + 60))
        #expect(refresh(world, #""\#(try World.token(expiresAt: Self.seconds + 100_000))""#) == [])
        world.outlet.pass(milliseconds: 99_000_000)
        #expect(world.hub.channelCount == 1)
        world.outlet.pass(milliseconds: 1_000_000)
        #expect(world.hub.channelCount == 0)
        #expect(world.hub.counters.expiredTokens == 1)
    }

    @Test("null, opaque keys and the same token are ignored") func ignored() throws {
        let world = try world()
        let token = try World.token(expiresAt: Self.seconds + 60)
        _ = join(world, token, bindings: #"[{"schema":"public","table":"jobs"}]"#)
        for same in ["null", #""sb_x""#, #""\#(token)""#, "5"] { #expect(refresh(world, same) == []) }
    }

    @Test(
        "a bad token ends its channel for good",
        arguments: [(#""""#, "The token provided is not a valid JWT"), (#""a.b.c""#, "The token provided is not a valid JWT")])
    func bad(_ token: String, _ message: String) throws {
        let world = try world()
        _ = join(world, nil)
        #expect(
            refresh(world, token) == [
                #"["6",null,"realtime:q","system",{"extension":"system","status":"error","message":"\#(message)","channel":"q"}]"#,
                #"["6","6","realtime:q","phx_close",{}]"#,
            ])
        #expect(world.hub.channelCount == 0)
    }

    @Test("an expired refresh, in vsn 1") func expiredRefresh() throws {
        let world = try world()
        world.open(1, .one, claims: World.claims(.anon))
        world.say(#"{"event":"phx_join","payload":{},"topic":"realtime:queue","ref":"1","join_ref":"1"}"#)
        _ = world.heard()
        let token = try World.token(expiresAt: Self.seconds - 12)
        world.say(
            #"{"event":"access_token","payload":{"access_token":"\#(token)"},"topic":"realtime:queue","ref":"5","join_ref":"1"}"#)
        #expect(
            world.heard() == [
                #"{"topic":"realtime:queue","event":"system","payload":{"extension":"system","status":"error","message":"#
                    + #""Token has expired 12 seconds ago","channel":"queue"},"ref":null}"#,
                #"{"topic":"realtime:queue","event":"phx_close","payload":{},"ref":"1"}"#,
            ])
    }

    @Test("new claims see other rows at once, and bindings are told of again") func newClaims() throws {
        let world = try world()
        _ = join(
            world, try World.token(.authenticated, subject: "u1", expiresAt: Self.seconds + 60),
            bindings: #"[{"schema":"public","table":"jobs"}]"#)
        let table = world.schema.tables[0]
        func insert(_ id: Int64, _ owner: String) -> Draft {
            Draft(table: table, old: nil, new: Row([.integer(id), .text(owner), .null, .null]))
        }
        world.commit([insert(1, "u1"), insert(2, "u2")])
        #expect(world.outlet.take(SessionID(rawValue: 1)).map(\.sequence) == [1])
        let answers = refresh(world, #""\#(try World.token(.authenticated, subject: "u2", expiresAt: Self.seconds + 90))""#)
        #expect(
            answers == [
                #"["6",null,"realtime:q","system",{"extension":"postgres_changes","status":"ok","message":"Subscribed to PostgreSQL","channel":"q"}]"#
            ])
        world.commit([insert(3, "u1"), insert(4, "u2")])
        #expect(world.outlet.take(SessionID(rawValue: 1)).map(\.sequence) == [4])
        #expect(world.hub.audienceCount == 1)
    }

    @Test("private topics are for those who have signed in") func privateTopics() throws {
        let world = try world()
        #expect(
            join(world, nil, more: #","private":true"#)
                == Self.refused("Unauthorized: You do not have permissions to read from this Channel topic: q"))
        _ = join(world, try World.token(.authenticated, subject: "u1", expiresAt: Self.seconds + 60), more: #","private":"true""#)
        #expect(world.hub.channelCount == 1)
        let answers = refresh(world, #""\#(try World.token(.anon, expiresAt: Self.seconds + 90))""#)
        #expect(answers[0].contains("You no longer have permission to read from this Channel topic: q"))
        #expect(world.hub.channelCount == 0)
    }
}
