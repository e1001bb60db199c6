internal import Access
internal import JSON
internal import System
internal import Transport

/// The one-time code of the start-up link, exchanged once for an operator's token.
///
/// The code lives in the link's fragment, which browsers never send; it is good for one exchange within an hour. Any thread.
final class SignIn: Sendable {
    private struct Offer: Sendable {
        let code: [UInt8]
        let expiresAt: Int64
    }

    private let offer: Locked<Offer?>
    private let signer: TokenSigner
    /// In seconds, as the next.
    private static let codeLifetime: Int64 = 3600
    private static let tokenLifetime: Int64 = 12 * 3600

    /// The code to print, once.
    let code: String

    /// - Parameter now: unix seconds.
    init(signer: TokenSigner, now: Int64) {
        self.signer = signer
        let bytes = Base64URL.encode(Randomness.bytes(24))
        code = String(decoding: bytes, as: UTF8.self)
        offer = Locked(Offer(code: bytes, expiresAt: now + Self.codeLifetime))
    }

    /// `POST /auth/v1/exchange` with `{"code": "…"}` → `{"access_token", "token_type", "expires_in", "expires_at"}`, or 401.
    /// - Parameter now: unix seconds.
    func exchange(_ request: HTTPRequest, now: Int64) -> HTTPResponse {
        guard let code = (try? JSONDocument(parsing: request.body))?.root["code"]?.utf8 else {
            return .message(400, "expected a JSON object with a code")
        }
        let isGood = offer.withLock { offer in
            guard let current = offer, ConstantTime.equals(current.code, code) else { return false }
            offer = nil
            return now < current.expiresAt
        }
        guard isGood else { return .message(401, "the code is not valid; it works once, within an hour of the start") }
        let expiresAt = now + Self.tokenLifetime
        let token = signer.sign(role: .operator, subject: nil, issuedAt: now, expiresAt: expiresAt)
        return .json(
            200,
            ["access_token": .string(token), "token_type": "bearer", "expires_in": .int(Self.tokenLifetime), "expires_at": .int(expiresAt)])
    }
}
