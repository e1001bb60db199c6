import Testing

@testable import Access

@Suite("Refusals on the wire")
struct RenderingTests {
    static let realtime: [(TokenError, String)] = [
        (.expired(secondsAgo: 12), "InvalidJWTToken: Token has expired 12 seconds ago"),
        (.missingFields, "InvalidJWTToken: Fields `role` and `exp` are required in JWT"),
        (.claimNotANumber("exp"), "InvalidJWTToken: Token expiration time is invalid"),
        (.notAToken, "MalformedJWT: The token provided is not a valid JWT"),
        (.empty, "MalformedJWT: The token provided is not a valid JWT"),
        (.parts(2), "MalformedJWT: The token provided is not a valid JWT"),
        (.signature, "JwtSignatureError: Failed to validate JWT signature"),
        (.noSigner(kid: nil), "JwtSignerError: Failed to generate JWT signer, check your JWT secret or JWKS configuration"),
        (
            .noSigner(kid: "k1"),
            "JwtSignerError: Failed to generate JWT signer for key ID (kid) \"k1\", check your JWT secret or JWKS configuration"
        ),
    ]

    @Test("a join's reason", arguments: realtime)
    func reason(error: TokenError, text: String) {
        let (code, message) = error.realtimeReason
        #expect("\(code): \(message)" == text)
    }

    @Test("an upgrade does not tell for how long a token has been dead")
    func upgrade() {
        #expect(TokenError.expired(secondsAgo: 12).upgradeMessage == "Token has expired")
        #expect(TokenError.signature.upgradeMessage == "Failed to validate JWT signature")
    }

    static let rest: [(TokenError, String, String)] = [
        (.empty, "PGRST301", "Empty JWT is sent in Authorization header"),
        (.parts(2), "PGRST301", "Expected 3 parts in JWT; got 2"),
        (.signature, "PGRST301", "No suitable key or wrong key type"),
        (.noSigner(kid: "k"), "PGRST301", "No suitable key or wrong key type"),
        (.unsupportedAlgorithm, "PGRST301", "Wrong or unsupported encoding algorithm"),
        (.notAToken, "PGRST301", "JWT cryptographic operation failed"),
        (.expired(secondsAgo: 12), "PGRST303", "JWT expired"),
        (.notYetValid, "PGRST303", "JWT not yet valid"),
        (.issuedInFuture, "PGRST303", "JWT issued at future"),
        (.audience, "PGRST303", "JWT not in audience"),
        (.missingFields, "PGRST303", "Parsing claims failed"),
        (.parsingClaims, "PGRST303", "Parsing claims failed"),
        (.repeatedKeys, "PGRST303", "Parsing claims failed"),
        (.claimNotANumber("nbf"), "PGRST303", "The JWT 'nbf' claim must be a number"),
    ]

    @Test("a REST error", arguments: rest)
    func postgrest(error: TokenError, code: String, message: String) {
        #expect(error.postgrest.code == code)
        #expect(error.postgrest.message == message)
    }

    @Test("a bad signature has PostgREST's details")
    func details() {
        #expect(TokenError.signature.postgrest.details == "None of the keys was able to decode the JWT")
    }
}
