import JSON

@testable import Access

/// Makes tokens that a signer would never make: any header, any payload, signed well.
struct Forge {
    static let secret = Array("0123456789abcdef0123456789abcdef".utf8)

    static func token(header: String = #"{"alg":"HS256","typ":"JWT"}"#, _ payload: String, secret: [UInt8] = secret) throws -> [UInt8] {
        let key = try HMACKey(secret: secret)
        let signed = Base64URL.encode(Array(header.utf8)) + Array(".".utf8) + Base64URL.encode(Array(payload.utf8))
        return signed + Array(".".utf8) + Base64URL.encode(key.code(of: signed[...], with: .hs256))
    }

    static func verifier(audience: String? = nil, issuer: String? = nil) throws -> TokenVerifier {
        TokenVerifier(keys: try KeySet(hmacSecret: secret), audience: audience, issuer: issuer)
    }

    /// What became of a token at second 1,000.
    static func outcome(_ token: [UInt8], now: Int64 = 1000, leeway: Int64 = 0, verifier: TokenVerifier? = nil) throws -> Outcome {
        let verifier = try verifier ?? Self.verifier()
        do throws(TokenError) {
            return .claims(try verifier.verify(token, now: now, leeway: leeway))
        } catch { return .refused(error) }
    }
}

enum Outcome: Equatable {
    case claims(Claims)
    case refused(TokenError)

    var error: TokenError? { if case .refused(let error) = self { error } else { nil } }
    var claims: Claims? { if case .claims(let claims) = self { claims } else { nil } }
}
