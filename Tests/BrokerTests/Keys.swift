import Access
import Transport

/// The keys of these tests, and requests that carry them.
enum Keys {
    static let secret = Array("0123456789abcdef0123456789abcdef".utf8)
    /// 2026-01-15T12:00:00Z.
    static let noon: Int64 = 1_768_478_400

    static func verifier() throws -> TokenVerifier { TokenVerifier(keys: try KeySet(hmacSecret: secret)) }

    static func signer() throws -> TokenSigner { try TokenSigner(secret: secret) }

    static func token(_ role: Role = .viewer, subject: String? = nil, issuedAt: Int64 = noon, lifetime: Int64 = 3600) throws -> String {
        try signer().sign(role: role, subject: subject, issuedAt: issuedAt, expiresAt: noon + lifetime)
    }

    static func request(_ headers: [(String, String)], query: [(String, String)] = [], body: String = "") -> HTTPRequest {
        HTTPRequest(
            method: body.isEmpty ? .get : .post, path: Array("/".utf8),
            query: query.map { (name: Array($0.0.utf8), value: Array($0.1.utf8), hasEquals: true) }, headers: headers,
            body: Array(body.utf8))
    }
}
