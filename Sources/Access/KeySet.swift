/// The keys that tokens may be signed with.
///
/// Today one shared secret. A `kid` is only ever looked up here: it is never a path, an address or a part of a query.
package struct KeySet: Sendable {
    private let secret: HMACKey

    /// - Throws: `KeyError.secretTooShort` below 32 bytes.
    package init(hmacSecret: [UInt8]) throws(KeyError) {
        secret = try HMACKey(secret: hmacSecret)
    }

    /// The key for a token's header. An HMAC token with an unknown `kid` is tried with the secret, as upstream does.
    ///
    /// - Throws: `TokenError.unsupportedAlgorithm`, or `.noSigner` for an algorithm whose keys this set does not hold.
    /// Source: supabase/realtime lib/realtime_web/channels/auth/jwt_verification.ex.
    func key(algorithm word: String, kid: String?) throws(TokenError) -> (HMACKey, TokenAlgorithm) {
        if let algorithm = TokenAlgorithm(rawValue: word) { return (secret, algorithm) }
        guard TokenAlgorithm.asymmetric.contains(word) else { throw .unsupportedAlgorithm }
        throw .noSigner(kid: kid)
    }
}
