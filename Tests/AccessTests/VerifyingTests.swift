import JSON
import Testing

@testable import Access

@Suite("Verifying a token")
struct VerifyingTests {
    static let accepted = [
        #"{"role":"viewer","exp":1001}"#,
        #"{"exp":1001.4,"role":"anon"}"#,
        #"{"role":"made_up","exp":1e308}"#,
        #"{"role":"admin","exp":9223372036854775807}"#,
        #"{"role":"admin","exp":9223372036854775808}"#,
        #"{"role":"admin","exp":99999999999999999999999999}"#,
        #"{"role":"admin","exp":1.0010e3}"#,
        #"{"role":"admin","exp":1000.5}"#,
        #"{"role":"admin","exp":2000,"nbf":1030,"iat":1030}"#,
        #"{"role":"admin","exp":2000,"nbf":-1e308,"iat":-9223372036854775808}"#,
        #"{"role":"admin","exp":2000,"nbf":null,"iat":null,"sub":null}"#,
        #"{"role":"admin","exp":2000,"aud":"elsewhere","iss":7}"#,
        #"{"role":"admin","exp":2000,"a":{"x":1,"x":2}}"#,
        " {\n \"role\" : \"admin\" , \"exp\" : 2000 } ",
    ]

    @Test("accepts", arguments: accepted)
    func accepts(payload: String) throws {
        let outcome = try Forge.outcome(try Forge.token(payload))
        #expect(outcome.error == nil)
        #expect(outcome.claims?.json.bytes == Array(payload.utf8))
    }

    static let refused: [(String, TokenError)] = [
        (#"{"role":"viewer"}"#, .missingFields),
        (#"{"exp":2000}"#, .missingFields),
        (#"{}"#, .missingFields),
        (#"{"role":null,"exp":2000}"#, .missingFields),
        (#"{"role":"","exp":2000}"#, .missingFields),
        (#"{"role":"admin","exp":null}"#, .missingFields),
        (#"{"role":7,"exp":2000}"#, .parsingClaims),
        (#"{"role":["admin"],"exp":2000}"#, .parsingClaims),
        (#"{"role":"admin","exp":2000,"sub":7}"#, .parsingClaims),
        (#"{"role":"admin","exp":2000,"sub":{}}"#, .parsingClaims),
        (#"{"role":"admin","exp":"2000"}"#, .claimNotANumber("exp")),
        (#"{"role":"admin","exp":true}"#, .claimNotANumber("exp")),
        (#"{"role":"admin","exp":[2000]}"#, .claimNotANumber("exp")),
        (#"{"role":"admin","exp":1e999}"#, .claimNotANumber("exp")),
        (#"{"role":"admin","exp":2000,"nbf":"1"}"#, .claimNotANumber("nbf")),
        (#"{"role":"admin","exp":2000,"nbf":1e999}"#, .claimNotANumber("nbf")),
        (#"{"role":"admin","exp":2000,"iat":false}"#, .claimNotANumber("iat")),
        (#"{"role":"admin","exp":1000}"#, .expired(secondsAgo: 0)),
        (#"{"role":"admin","exp":1000.4}"#, .expired(secondsAgo: 0)),
        (#"{"role":"admin","exp":988}"#, .expired(secondsAgo: 12)),
        (#"{"role":"admin","exp":0}"#, .expired(secondsAgo: 1000)),
        (#"{"role":"admin","exp":-1e308}"#, .expired(secondsAgo: .max)),
        (#"{"role":"admin","exp":-9223372036854775808}"#, .expired(secondsAgo: .max)),
        (#"{"role":"admin","exp":2000,"nbf":1031}"#, .notYetValid),
        (#"{"role":"admin","exp":2000,"nbf":1e308}"#, .notYetValid),
        (#"{"role":"admin","exp":2000,"iat":1031}"#, .issuedInFuture),
        (#"{"role":"admin","exp":2000,"iat":1e308}"#, .issuedInFuture),
        (#"{"role":"anon","exp":2000,"role":"admin"}"#, .repeatedKeys),
        (#"{"role":"anon","exp":2000,"r\u006fle":"admin"}"#, .repeatedKeys),
        (#"{"role":"anon","exp":2000,"x":1,"x":1}"#, .repeatedKeys),
        (#"["role","exp"]"#, .notAToken),
        (#""text""#, .notAToken),
        (#"null"#, .notAToken),
        (#""#, .notAToken),
        (#"{"role":"admin","exp":2000,}"#, .notAToken),
        (#"{"role":"admin","exp":2000} x"#, .notAToken),
        (#"{"role":"admin","exp":02000}"#, .notAToken),
        (#"{"role":"admin","exp":NaN}"#, .notAToken),
        (#"{"role":"\ud800","exp":2000}"#, .notAToken),
        ("\u{FEFF}{\"role\":\"admin\",\"exp\":2000}", .notAToken),
        (#"{"role":"admin","exp":2000,"x":"# + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "}", .notAToken),
    ]

    @Test("refuses, though it is signed", arguments: refused)
    func refuses(payload: String, error: TokenError) throws {
        #expect(try Forge.outcome(try Forge.token(payload)) == .refused(error))
    }

    static let headers: [(String, TokenError?)] = [
        (#"{"alg":"HS256"}"#, nil),
        (#"{"alg":"HS256","kid":"unknown","jku":"http://example.com","typ":7}"#, nil),
        (#"{"alg":"HS256","kid":null}"#, nil),
        (#"{"alg":"none"}"#, .unsupportedAlgorithm),
        (#"{"alg":"None"}"#, .unsupportedAlgorithm),
        (#"{"alg":"NONE"}"#, .unsupportedAlgorithm),
        (#"{"alg":""}"#, .unsupportedAlgorithm),
        (#"{"alg":"hs256"}"#, .unsupportedAlgorithm),
        (#"{"alg":"HS256 "}"#, .unsupportedAlgorithm),
        (#"{"alg":"HS1"}"#, .unsupportedAlgorithm),
        (#"{"alg":["HS256"]}"#, .unsupportedAlgorithm),
        (#"{"alg":256}"#, .unsupportedAlgorithm),
        (#"{"alg":null}"#, .unsupportedAlgorithm),
        (#"{"typ":"JWT"}"#, .unsupportedAlgorithm),
        (#"{}"#, .unsupportedAlgorithm),
        (#"{"alg":"RS256"}"#, .noSigner(kid: nil)),
        (#"{"alg":"ES256","kid":"k1"}"#, .noSigner(kid: "k1")),
        (#"{"alg":"EdDSA","kid":"../../etc/passwd"}"#, .noSigner(kid: "../../etc/passwd")),
        (#"{"alg":"HS384"}"#, .signature),
        (#"{"alg":"HS512"}"#, .signature),
        (#"{"alg":"HS256","kid":7}"#, .notAToken),
        (#"{"alg":"HS256","crit":["b64"],"b64":false}"#, .notAToken),
        (#"{"alg":"HS256","crit":null}"#, .notAToken),
        (#"{"alg":"none","alg":"HS256"}"#, .repeatedKeys),
        (#"["HS256"]"#, .notAToken),
        (#"{"alg":"HS256""#, .notAToken),
    ]

    @Test("takes only a header it understands", arguments: headers)
    func judgesHeader(header: String, error: TokenError?) throws {
        let outcome = try Forge.outcome(try Forge.token(header: header, #"{"role":"viewer","exp":2000}"#))
        #expect(outcome.error == error)
        #expect(outcome.claims?.role == (error == nil ? .viewer : nil))
    }

    static let leeways: [(Int64, Bool)] = [(0, false), (11, false), (12, false), (13, true), (30, true), (.max, true)]

    @Test("allows leeway only where it is given", arguments: leeways)
    func leeway(leeway: Int64, isAccepted: Bool) throws {
        let outcome = try Forge.outcome(try Forge.token(#"{"role":"viewer","exp":988}"#), leeway: leeway)
        #expect(outcome.error == (isAccepted ? nil : .expired(secondsAgo: 12)))
    }

    @Test("never overflows at the ends of time", arguments: [Int64.min, -1, 0, .max], [Int64.min, 0, .max])
    func extremes(now: Int64, leeway: Int64) throws {
        for exp in ["-9223372036854775808", "-1", "0", "9223372036854775807"] {
            let token = try Forge.token(#"{"role":"viewer","exp":\#(exp),"nbf":\#(exp),"iat":\#(exp)}"#)
            if let claims = try Forge.outcome(token, now: now, leeway: leeway).claims { #expect(leeway > 0 || claims.expiresAt > now) }
        }
    }

    static let audiences: [(String, TokenError?)] = [
        (#""aud":"app","iss":"us""#, nil),
        (#""aud":["other","app"],"iss":"us""#, nil),
        (#""aud":"other","iss":"us""#, .audience),
        (#""aud":[],"iss":"us""#, .audience),
        (#""aud":{"app":"app"},"iss":"us""#, .audience),
        (#""aud":7,"iss":"us""#, .audience),
        (#""iss":"us""#, .audience),
        (#""aud":"app""#, .issuer),
        (#""aud":"app","iss":"them""#, .issuer),
        (#""aud":"app","iss":["us"]"#, .issuer),
    ]

    @Test("checks audience and issuer when they are configured", arguments: audiences)
    func checksParties(claims: String, error: TokenError?) throws {
        let verifier = try Forge.verifier(audience: "app", issuer: "us")
        let outcome = try Forge.outcome(try Forge.token(#"{"role":"viewer","exp":2000,\#(claims)}"#), verifier: verifier)
        #expect(outcome.error == error)
    }
}
