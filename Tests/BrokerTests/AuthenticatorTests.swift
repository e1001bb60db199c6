import Access
import REST
import Testing
import Transport

@testable import Broker

@Suite("Authenticator")
struct AuthenticatorTests {
    private let authenticator: Authenticator
    private let viewer: String
    private let admin: String

    init() throws {
        authenticator = Authenticator(verifier: try Keys.verifier())
        viewer = try Keys.token(.viewer)
        admin = try Keys.token(.admin)
    }

    private func role(_ headers: [(String, String)], _ query: [(String, String)] = [], at now: Int64 = Keys.noon) throws -> Role {
        try authenticator.claims(of: Keys.request(headers, query: query), now: now).role
    }

    @Test("takes a request's bearer token, then the header apikey, then the query") func order() throws {
        let query = [("apikey", admin)]
        #expect(try role([("Authorization", "Bearer \(viewer)"), ("apikey", admin)], query) == .viewer)
        #expect(try role([("authorization", "bearer  \(viewer)")], query) == .viewer)
        #expect(try role([("apikey", viewer)], query) == .viewer)
        #expect(try role([], [("apikey", viewer), ("apikey", admin)]) == .viewer)
        #expect(try role([("Authorization", "Basic eDp5")], [("apikey", viewer)]) == .viewer)
    }

    @Test("takes a socket's header x-api-key, then the query, and nothing else") func socketOrder() throws {
        let both = Keys.request([("x-api-key", viewer)], query: [("apikey", admin)])
        #expect(try authenticator.claims(ofUpgrade: both, now: Keys.noon).role == .viewer)
        #expect(try authenticator.claims(ofUpgrade: Keys.request([], query: [("apikey", admin)]), now: Keys.noon).role == .admin)
        let refusal = #expect(throws: UpgradeRefusal.self) {
            try authenticator.claims(ofUpgrade: Keys.request([("Authorization", "Bearer \(admin)")]), now: Keys.noon)
        }
        #expect(refusal == UpgradeRefusal(status: 401, message: "API key is missing"))
    }

    @Test(
        "words its refusals as upstream does",
        arguments: [
            ([], "PGRST302"), ([("Authorization", "Bearer ")], "PGRST301"), ([("Authorization", "Bearer a.b")], "PGRST301"),
            ([("apikey", "")], "PGRST301"),
        ])
    func refusals(_ headers: [(String, String)], _ code: String) {
        let error = #expect(throws: RequestError.self) { try role(headers) }
        #expect((error?.code, error?.status) == (code, 401))
    }

    @Test("lets a token outlive its end by 30 s on HTTP, not at all on sockets, however often it was seen") func leeway() throws {
        let token = try Keys.token(lifetime: 60)
        let request = Keys.request([("x-api-key", token), ("apikey", token)])
        for _ in 0..<2 {
            #expect(try authenticator.claims(of: request, now: Keys.noon + 89).role == .viewer)
            #expect(try authenticator.claims(ofUpgrade: request, now: Keys.noon + 59).role == .viewer)
            #expect(throws: RequestError.self) { try authenticator.claims(of: request, now: Keys.noon + 90) }
            #expect(throws: UpgradeRefusal(status: 401, message: "Token has expired")) {
                try authenticator.claims(ofUpgrade: request, now: Keys.noon + 60)
            }
        }
    }

    @Test("judges a token anew when the clock has stepped back") func clock() throws {
        let token = try Keys.token(issuedAt: Keys.noon)
        #expect(try role([("apikey", token)], at: Keys.noon) == .viewer)
        #expect(throws: RequestError.self) { try role([("apikey", token)], at: Keys.noon - 31) }
    }
}

@Suite("Token cache")
struct TokenCacheTests {
    private func token(_ number: Int) -> [UInt8] { Array("token \(number)".utf8) }
    private let claims = Claims(role: .viewer, subject: nil, expiresAt: Keys.noon + 60)

    @Test("never holds more than 1024 tokens") func bound() {
        let cache = TokenCache()
        for number in 0..<5000 {
            cache.keep(claims, of: token(number), now: Keys.noon)
            #expect(cache.count <= 1024)
        }
    }

    @Test("forgets what nobody asks for, and keeps what somebody does") func generations() {
        let cache = TokenCache()
        cache.keep(claims, of: token(-1), now: Keys.noon)
        cache.keep(claims, of: token(-2), now: Keys.noon)
        for number in 0..<2000 {
            cache.keep(claims, of: token(number), now: Keys.noon)
            #expect(cache.claims(of: token(-1), now: Keys.noon, leeway: 0) === claims)
        }
        #expect(cache.claims(of: token(-2), now: Keys.noon, leeway: 0) == nil)
    }

    @Test("gives nothing at a token's end, nor before it was verified") func times() {
        let cache = TokenCache()
        cache.keep(claims, of: token(1), now: Keys.noon)
        #expect(cache.claims(of: token(1), now: Keys.noon + 59, leeway: 0) === claims)
        #expect(cache.claims(of: token(1), now: Keys.noon + 60, leeway: 0) == nil)
        #expect(cache.claims(of: token(1), now: Keys.noon + 60, leeway: 30) === claims)
        #expect(cache.claims(of: token(1), now: Keys.noon - 1, leeway: 0) == nil)
        #expect(cache.claims(of: token(2), now: Keys.noon, leeway: 0) == nil)
    }
}
