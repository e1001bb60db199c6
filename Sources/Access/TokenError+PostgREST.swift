/// As REST says it, always with status 401. Source: PostgREST 13; PostgREST src/PostgREST/Error.hs.
extension TokenError {
    package var postgrest: (code: String, message: String, details: String?) {
        switch self {
        case .empty: ("PGRST301", "Empty JWT is sent in Authorization header", nil)
        case .parts(let count): ("PGRST301", "Expected 3 parts in JWT; got \(count)", nil)
        case .signature, .noSigner:
            ("PGRST301", "No suitable key or wrong key type", "None of the keys was able to decode the JWT")
        case .unsupportedAlgorithm: ("PGRST301", "Wrong or unsupported encoding algorithm", nil)
        case .notAToken, .tooLarge: ("PGRST301", "JWT cryptographic operation failed", nil)
        case .expired: ("PGRST303", "JWT expired", nil)
        case .notYetValid: ("PGRST303", "JWT not yet valid", nil)
        case .issuedInFuture: ("PGRST303", "JWT issued at future", nil)
        case .audience: ("PGRST303", "JWT not in audience", nil)
        case .claimNotANumber(let name): ("PGRST303", "The JWT '\(name)' claim must be a number", nil)
        case .missingFields: ("PGRST303", "Parsing claims failed", "Fields `role` and `exp` are required in JWT")
        case .issuer: ("PGRST303", "Parsing claims failed", "The JWT 'iss' claim names another issuer")
        case .repeatedKeys: ("PGRST303", "Parsing claims failed", "A key stands twice in the JWT")
        case .parsingClaims: ("PGRST303", "Parsing claims failed", nil)
        }
    }
}
