import Access
import JSON
import Testing
import Transport

@testable import Broker

@Suite("Sign-in")
struct SignInTests {
    private func exchange(_ signIn: SignIn, _ body: String, at now: Int64 = Keys.noon) -> HTTPResponse {
        signIn.exchange(Keys.request([], body: body), now: now)
    }

    private func signIn() throws -> SignIn { SignIn(signer: try Keys.signer(), now: Keys.noon) }

    @Test("gives an operator's token for its code, once") func once() throws {
        let signIn = try signIn()
        let answer = exchange(signIn, #"{"code":"\#(signIn.code)"}"#)
        #expect(answer.status == 200)
        let root = try JSONDocument(parsing: answer.body).root
        let claims = try Keys.verifier().verify(root["access_token"]?.utf8 ?? [], now: Keys.noon, leeway: 0)
        #expect((claims.role, claims.expiresAt) == (.operator, Keys.noon + 12 * 3600))
        #expect(root["expires_at"]?.int64 == claims.expiresAt)
        #expect(exchange(signIn, #"{"code":"\#(signIn.code)"}"#).status == 401)
    }

    @Test("is over after an hour") func expiry() throws {
        let late = try signIn()
        #expect(exchange(late, #"{"code":"\#(late.code)"}"#, at: Keys.noon + 3600).status == 401)
        let intime = try signIn()
        #expect(exchange(intime, #"{"code":"\#(intime.code)"}"#, at: Keys.noon + 3599).status == 200)
    }

    @Test("is not used up by wrong codes, nor by bodies that have none")
    func wrong() throws {
        let signIn = try signIn()
        for body in ["", "x", "[]", "{}", #"{"code":1}"#] { #expect(exchange(signIn, body).status == 400) }
        for code in ["", "x", String(signIn.code.dropLast()), signIn.code + "x"] {
            #expect(exchange(signIn, #"{"code":"\#(code)"}"#).status == 401)
        }
        #expect(exchange(signIn, #"{"code":"\#(signIn.code)"}"#).status == 200)
    }

    @Test("has a code of 192 bits that differs each time") func codes() throws {
        let codes = try (0..<100).map { _ in try signIn().code }
        #expect(Set(codes).count == 100)
        #expect(codes.allSatisfy { $0.utf8.count == 32 })
    }
}
