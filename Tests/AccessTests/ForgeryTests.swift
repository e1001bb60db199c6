import Testing

@testable import Access

@Suite("Forged and broken tokens")
struct ForgeryTests {
    /// RFC 7515 appendix A.1; it has no `role`, which is looked for after the signature was found good.
    static let rfcKey = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
    static let rfcToken =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
        + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    @Test("the vector of RFC 7515 has a good signature")
    func rfcVector() throws {
        let secret = try #require(Base64URL.decode(Array(Self.rfcKey.utf8)))
        let verifier = TokenVerifier(keys: try KeySet(hmacSecret: secret))
        #expect(throws: TokenError.missingFields) { try verifier.verify(Array(Self.rfcToken.utf8), now: 0, leeway: 0) }
        #expect(throws: TokenError.signature) { try Forge.verifier().verify(Array(Self.rfcToken.utf8), now: 0, leeway: 0) }
    }

    /// Computed with Python's `hmac`.
    static let signed = [
        "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoidmlld2VyIiwiZXhwIjoyMDAwfQ.rPMwoQcz40J0s9e_iNJG81EUtt4yOaYX0qLbmXHFq5Y",
        "eyJhbGciOiJIUzM4NCJ9.eyJyb2xlIjoidmlld2VyIiwiZXhwIjoyMDAwfQ.4YnIY8f-a6jWHp4J65jZQTkJAGLiJXnVweoFkA9Uxwkcf56dbCMpM7utyYKGbRKh",
        "eyJhbGciOiJIUzUxMiJ9.eyJyb2xlIjoidmlld2VyIiwiZXhwIjoyMDAwfQ"
            + ".ZXZI5NRZKGjy5JG7RmOb5-BQVsxJpfI_GWzPr6Xru2jxLDCGRPu6VXKR9bc8_OH4aPyXZT-9YQ_Fl8OoXv6-UQ",
    ]

    @Test("all three hashes are checked", arguments: signed)
    func hashes(token: String) throws {
        #expect(try Forge.outcome(Array(token.utf8)).claims?.role == .viewer)
    }

    @Test("a change of any byte is noticed", arguments: signed)
    func tampering(token: String) throws {
        let good = Array(token.utf8)
        for index in good.indices {
            for change in [1, 2, 4, 0x20, 0x80, 0xff] as [UInt8] {
                var bad = good
                bad[index] ^= change
                #expect(try Forge.outcome(bad).claims == nil, "byte \(index) changed by \(change)")
            }
        }
    }

    @Test("a token cut or doubled at any byte is refused", arguments: signed)
    func truncation(token: String) throws {
        let good = Array(token.utf8)
        for index in good.indices {
            #expect(try Forge.outcome(Array(good[..<index])).claims == nil)
            #expect(try Forge.outcome(Array(good[(index + 1)...])).claims == nil)
            #expect(try Forge.outcome(Array(good[...index] + good[index...])).claims == nil)
        }
    }

    @Test("every single byte alone is refused")
    func singleBytes() throws {
        for byte in UInt8.min...UInt8.max { #expect(try Forge.outcome([byte]).claims == nil) }
    }

    static let shapes: [(String, TokenError)] = [
        ("", .empty), (" \t\r\n", .empty), ("a", .parts(1)), ("sb_publishable_abc", .parts(1)), ("a.b", .parts(2)), ("a.b.c.d", .parts(4)),
        ("a.b.c.d.e", .parts(5)), ("..", .notAToken), ("aaa.bbb.ccc", .notAToken), ("e30.e30.", .unsupportedAlgorithm),
        ("e30=.e30.e30", .notAToken), ("e3+.e30.e30", .notAToken), ("\u{0}.\u{0}.\u{0}", .notAToken), ("e30.e30.é", .notAToken),
        ("eyJhbGciOiJub25lIn0.eyJyb2xlIjoiYWRtaW4iLCJleHAiOjIwMDB9.", .unsupportedAlgorithm),
        ("eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYWRtaW4iLCJleHAiOjIwMDB9.", .signature),
        ("eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYWRtaW4iLCJleHAiOjIwMDB9.AA", .signature),
        ("eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYWRtaW4iLCJleHAiOjIwMDB9.AB", .notAToken),
    ]

    @Test("what is no signed token is named", arguments: shapes)
    func shape(text: String, error: TokenError) throws {
        #expect(try Forge.outcome(Array(text.utf8)) == .refused(error))
    }

    @Test("white space in a token is ignored")
    func whiteSpace() throws {
        let spaced = Self.signed[0].map { " \($0)\n" }.joined()
        #expect(try Forge.outcome(Array(spaced.utf8)).claims?.role == .viewer)
    }

    @Test("the limit is 8192 bytes")
    func size() throws {
        func token(padding: Int) throws -> [UInt8] {
            try Forge.token(#"{"role":"a","exp":2000,"x":"\#(String(repeating: "x", count: padding))"}"#)
        }
        let base = try token(padding: 6000)
        let fitting = try token(padding: 6000 + (TokenVerifier.byteLimit - base.count) * 3 / 4)
        #expect(fitting.count <= TokenVerifier.byteLimit && fitting.count > TokenVerifier.byteLimit - 4)
        #expect(try Forge.outcome(fitting).error == nil)
        #expect(try Forge.outcome(fitting + Array(repeating: 0x20, count: 4)) == .refused(.tooLarge))
        #expect(try Forge.outcome(try token(padding: 7000)) == .refused(.tooLarge))
    }

    @Test("a short secret is no key")
    func shortSecret() {
        #expect(throws: KeyError.secretTooShort(byteCount: 31)) { try KeySet(hmacSecret: Array(repeating: 1, count: 31)) }
        #expect(throws: KeyError.secretTooShort(byteCount: 0)) { try TokenSigner(secret: []) }
        #expect(throws: Never.self) { try KeySet(hmacSecret: Array(repeating: 1, count: 32)) }
    }
}
