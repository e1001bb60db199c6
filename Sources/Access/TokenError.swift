/// Why a token was refused. The renderings for the wire stand beside it, one per protocol.
package enum TokenError: Error, Hashable, Sendable {
    case empty
    /// Not three parts between dots.
    case parts(Int)
    /// Over `TokenVerifier.byteLimit`.
    case tooLarge
    /// A part that is not base64url, or a header that is not one: no object, `crit`, a `kid` that is not a string.
    case notAToken
    /// `alg` is missing, `none`, unknown, or not a string.
    case unsupportedAlgorithm
    case signature
    /// No key for the algorithm and key id.
    case noSigner(kid: String?)
    case repeatedKeys
    /// `role` and `exp` are required.
    case missingFields
    /// `exp`, `nbf` or `iat` is not a number, or not a finite one.
    case claimNotANumber(String)
    /// `role` or `sub` is not a string.
    case parsingClaims
    case expired(secondsAgo: Int64)
    case notYetValid
    case issuedInFuture
    case audience
    case issuer
}
