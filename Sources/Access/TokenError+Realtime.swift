/// As channels and upgrades say it. Source: supabase/realtime; supabase/realtime lib/realtime_web/channels.
extension TokenError {
    /// The two halves of a join's `reason`, "code: message"; a `system` message is the second alone.
    package var realtimeReason: (code: String, message: String) {
        switch self {
        case .expired(let seconds): ("InvalidJWTToken", "Token has expired \(seconds) seconds ago")
        case .missingFields: ("InvalidJWTToken", "Fields `role` and `exp` are required in JWT")
        case .claimNotANumber("exp"): ("InvalidJWTToken", "Token expiration time is invalid")
        case .claimNotANumber(let name): ("InvalidJWTToken", "Token claim `\(name)` is invalid")
        case .notYetValid: ("InvalidJWTToken", "Token is not valid yet")
        case .issuedInFuture: ("InvalidJWTToken", "Token was issued in the future")
        case .audience: ("InvalidJWTToken", "Token is for another audience")
        case .issuer: ("InvalidJWTToken", "Token is from another issuer")
        case .signature: ("JwtSignatureError", "Failed to validate JWT signature")
        case .unsupportedAlgorithm, .noSigner(nil):
            ("JwtSignerError", "Failed to generate JWT signer, check your JWT secret or JWKS configuration")
        case .noSigner(let kid?):
            ("JwtSignerError", "Failed to generate JWT signer for key ID (kid) \"\(kid)\", check your JWT secret or JWKS configuration")
        case .empty, .parts, .tooLarge, .notAToken, .repeatedKeys, .parsingClaims:
            ("MalformedJWT", "The token provided is not a valid JWT")
        }
    }

    /// `error` in the body of a refused upgrade (401), which does not tell for how long a token has been dead.
    package var upgradeMessage: String {
        if case .expired = self { "Token has expired" } else { realtimeReason.message }
    }
}
