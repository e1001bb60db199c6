import JSON

/// Turns the bytes of a token into claims, or says why not. Thread-safe; a pure function of keys, token and time.
package struct TokenVerifier: Sendable {
    /// Longer tokens are refused unread; upstream's header limit is half of this.
    package static let byteLimit = 8192
    /// Seconds by which an issuer's clock may be ahead of ours (`nbf`, `iat`), on every path.
    package static let clockSkew: Int64 = 30

    private let keys: KeySet
    private let audience: String?
    private let issuer: String?

    /// - Parameters:
    ///   - audience: must stand in `aud`, which is then required; nil leaves `aud` alone.
    ///   - issuer: must equal `iss`, which is then required; nil leaves `iss` alone.
    package init(keys: KeySet, audience: String? = nil, issuer: String? = nil) {
        self.keys = keys
        self.audience = audience
        self.issuer = issuer
    }

    /// The claims of a token with a good signature that is valid at `now`.
    ///
    /// - Parameters:
    ///   - token: the compact serialisation; white space in it is ignored.
    ///   - now: unix seconds.
    ///   - leeway: seconds that a token outlives its `exp`: 30 on HTTP, 0 on sockets.
    /// Source: supabase/realtime lib/realtime_web/channels/auth for the order of checks, PostgREST src/PostgREST/Auth/Jwt.hs for the skew.
    package func verify(_ token: [UInt8], now: Int64, leeway: Int64) throws(TokenError) -> Claims {
        let token = try CompactToken(token)
        let (key, algorithm) = try keys.key(algorithm: token.algorithm, kid: token.kid)
        guard key.verifies(token.signature, of: token.signed, with: algorithm) else { throw .signature }
        let claims = try Self.claims(token.payload)
        try checkTimes(claims, now: now, leeway: leeway)
        try checkParties(claims)
        return claims
    }

    private static func claims(_ payload: JSONDocument) throws(TokenError) -> Claims {
        let object = payload.root
        guard !object.hasRepeatedKeys else { throw .repeatedKeys }
        guard let expiresAt = try object.seconds("exp"), let role = try object.text("role"), !role.isEmpty else { throw .missingFields }
        let subject = try object.text("sub").map { Array($0.utf8) }
        return Claims(role: Role(rawValue: role), subject: subject, expiresAt: expiresAt, json: payload)
    }

    private func checkTimes(_ claims: Claims, now: Int64, leeway: Int64) throws(TokenError) {
        let object = claims.json.root
        let earliest = try object.seconds("nbf")
        let issued = try object.seconds("iat")
        guard claims.expiresAt.addingSaturated(leeway) > now else {
            throw .expired(secondsAgo: now.subtractingSaturated(claims.expiresAt))
        }
        let horizon = now.addingSaturated(max(leeway, Self.clockSkew))
        if let earliest, earliest > horizon { throw .notYetValid }
        if let issued, issued > horizon { throw .issuedInFuture }
    }

    private func checkParties(_ claims: Claims) throws(TokenError) {
        let object = claims.json.root
        if let issuer, object["iss"]?.equals(issuer) != true { throw .issuer }
        if let audience {
            guard let named = object["aud"] else { throw .audience }
            guard named.equals(audience) || named.elements.contains(where: { $0.equals(audience) }) else { throw .audience }
        }
    }
}

extension JSONView {
    /// A claim that is a number of seconds, rounded, and kept within `Int64`; nil when absent or null.
    fileprivate func seconds(_ name: String) throws(TokenError) -> Int64? {
        guard let claim = self[name], !claim.isNull else { return nil }
        if let whole = claim.int64 { return whole }
        guard let value = claim.double else { throw .claimNotANumber(name) }
        guard value.magnitude < 0x1p62 else { return value < 0 ? .min : .max }
        return Int64(value + (value < 0 ? -0.5 : 0.5))
    }

    /// A claim that is a string; nil when absent or null.
    fileprivate func text(_ name: String) throws(TokenError) -> String? {
        guard let claim = self[name], !claim.isNull else { return nil }
        guard let text = claim.string else { throw .parsingClaims }
        return text
    }
}

extension Int64 {
    fileprivate func addingSaturated(_ other: Int64) -> Int64 {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? (other < 0 ? .min : .max) : sum
    }

    fileprivate func subtractingSaturated(_ other: Int64) -> Int64 {
        let (difference, overflows) = subtractingReportingOverflow(other)
        return overflows ? (other < 0 ? .max : .min) : difference
    }
}
