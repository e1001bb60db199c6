internal import Access
internal import REST
internal import Transport

/// Finds the token of a request and says who is asking. One per event loop, on its thread: it remembers tokens it has verified.
struct Authenticator {
    private let verifier: TokenVerifier
    private let cache = TokenCache()

    /// Seconds that a token outlives its `exp` on HTTP; none on sockets.
    private static let leeway: Int64 = 30

    init(verifier: TokenVerifier) { self.verifier = verifier }

    /// The claims of a REST request: `Authorization: Bearer`, else the `apikey` header, else the `apikey` query parameter.
    ///
    /// - Parameter now: unix seconds.
    /// - Throws: 401 as PostgREST words it.
    /// Source: docs of postgrest.org "Authentication"; the gateway of the Supabase stack for `apikey`.
    func claims(of request: HTTPRequest, now: Int64) throws(RequestError) -> Claims {
        guard let token = bearer(request) ?? request.header("apikey").map({ Array($0.utf8) }) ?? request.queryValue("apikey") else {
            throw .noKey
        }
        do throws(TokenError) {
            return try verify(token, now: now, leeway: Self.leeway)
        } catch {
            throw RequestError(error)
        }
    }

    /// The claims of a WebSocket handshake: the `x-api-key` header, which wins, else the `apikey` query parameter.
    ///
    /// - Parameter now: unix seconds.
    /// - Throws: 401 as upstream words it.
    /// Source: supabase/realtime lib/realtime_web/channels/user_socket.ex
    func claims(ofUpgrade request: HTTPRequest, now: Int64) throws(UpgradeRefusal) -> Claims {
        guard let token = request.header("x-api-key").map({ Array($0.utf8) }) ?? request.queryValue("apikey") else {
            throw .noKey
        }
        do throws(TokenError) {
            return try verify(token, now: now, leeway: 0)
        } catch {
            throw UpgradeRefusal(status: 401, message: error.upgradeMessage)
        }
    }

    private func verify(_ token: [UInt8], now: Int64, leeway: Int64) throws(TokenError) -> Claims {
        if let known = cache.claims(of: token, now: now, leeway: leeway) { return known }
        let claims = try verifier.verify(token, now: now, leeway: leeway)
        cache.keep(claims, of: token, now: now)
        return claims
    }

    private func bearer(_ request: HTTPRequest) -> [UInt8]? {
        guard let value = request.header("authorization")?.utf8, value.count >= 7,
            value.prefix(7).elementsEqual("bearer ".utf8, by: { $0 | 0x20 == $1 })
        else { return nil }
        return Array(value.dropFirst(7).drop { $0 == 0x20 })
    }
}

extension RequestError {
    /// Neither a token nor a key came along. Source: PostgREST's PGRST302, worded as the gateway of the Supabase stack does.
    static let noKey = RequestError(
        code: "PGRST302", message: "No API key found in request",
        hint: "Send the header apikey, or Authorization: Bearer with a token.", status: 401)

    init(_ error: TokenError) {
        let (code, message, details) = error.postgrest
        self.init(code: code, message: message, details: details.map(Details.text), status: 401)
    }
}

extension HTTPRequest {
    /// The first value of a query parameter.
    func queryValue(_ name: StaticString) -> [UInt8]? {
        let wanted = name.description.utf8
        return query.first { $0.hasEquals && $0.name.elementsEqual(wanted) }?.value
    }
}
