internal import Access
internal import JSON

extension Hub {
    /// The longest time between two looks at a token, seconds.
    private static let expiryHorizon: Int64 = 3600

    /// The claims of a channel: of its own token, else of the connection's key. No leeway on sockets.
    func claims(_ token: [UInt8]?, of session: Session) throws(TokenError) -> Claims {
        let now = seconds
        guard let token else {
            let claims = session.claims
            guard claims.expiresAt > now else { throw .expired(secondsAgo: secondsAgo(claims, now)) }
            return claims
        }
        if let verified = session.verified, verified.token == token, verified.claims.expiresAt > now { return verified.claims }
        let claims = try verifier.verify(token, now: now, leeway: 0)
        session.verified = (token, claims)
        return claims
    }

    private func secondsAgo(_ claims: Claims, _ now: Int64) -> Int64 {
        let (seconds, overflows) = now.subtractingReportingOverflow(claims.expiresAt)
        return overflows ? .max : seconds
    }

    /// Event `access_token`: nothing is answered unless the token is bad. Source: supabase/realtime
    /// lib/realtime_web/channels/realtime_channel.ex.
    func refreshToken(_ payload: JSONView, on channel: Channel) {
        guard let token = JoinRequest.token(payload["access_token"]), token != channel.token else { return }
        let claims: Claims
        do throws(TokenError) {
            claims = try self.claims(token, of: channel.session)
        } catch {
            return close(channel, error.realtimeReason.message)
        }
        guard !channel.topic.isPrivate || mayReadPrivate(claims) else {
            let subtopic = String(decoding: channel.subtopic, as: UTF8.self)
            return close(channel, "You no longer have permission to read from this Channel topic: \(subtopic)")
        }
        channel.token = token
        channel.claims = claims
        armExpiry(of: channel)
        guard !channel.bindings.isEmpty else { return }
        move(channel, starts: channel.audience?.key.starts ?? [])
        notice("postgres_changes", "Subscribed to PostgreSQL", on: channel)
    }

    /// Ends a channel for good: `system` error, then `phx_close`.
    func close(_ channel: Channel, _ message: String) {
        notice("system", message, isError: true, on: channel)
        end(.close, on: channel)
        leave(channel)
    }

    /// Ends a channel whose token has run out: `system` error, then `phx_error`, after which clients come back with a newer one.
    func expire(_ channel: Channel) {
        counters.expiredTokens += 1
        let ago = secondsAgo(channel.claims, seconds)
        notice("system", TokenError.expired(secondsAgo: ago).realtimeReason.message, isError: true, on: channel)
        end(.error, on: channel, reason: "token_expired")
        leave(channel)
    }

    func hasExpired(_ channel: Channel) -> Bool { channel.claims.expiresAt <= seconds }

    func armExpiry(of channel: Channel) {
        guard channel.claims.expiresAt != .max else { return channel.expiryDue = .max }
        let now = outlet.now
        let horizon = now / 1_000_000 + Self.expiryHorizon
        let due = min(channel.claims.expiresAt, horizon) * 1_000_000
        guard due < channel.expiryDue || channel.expiryDue <= now else { return }
        channel.expiryDue = due
        outlet.schedule(afterMilliseconds: Int(max(0, due - now) / 1000) + 1, key: TimerKey(.expiry, channel.id).rawValue)
    }

    /// A token may have been refreshed since the timer was set: then it is set again.
    func checkExpiry(_ id: UInt64) {
        guard let channel = channels[id], outlet.now >= channel.expiryDue else { return }
        if hasExpired(channel) { expire(channel) } else { armExpiry(of: channel) }
    }
}
