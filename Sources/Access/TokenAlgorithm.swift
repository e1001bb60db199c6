/// The signature algorithms that a token's header may name, spelled exactly so.
///
/// Source: RFC 7518 §3.1. `none` is not among them.
enum TokenAlgorithm: String, Sendable {
    case hs256 = "HS256"
    case hs384 = "HS384"
    case hs512 = "HS512"

    /// libcrypto's name of the hash.
    var hashName: String {
        switch self {
        case .hs256: "SHA256"
        case .hs384: "SHA384"
        case .hs512: "SHA512"
        }
    }

    /// Words that are registered but need a public key; a key set without one has no signer for them.
    static let asymmetric: Set<String> = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
}
