internal import Access
internal import Realtime
internal import Transport

/// The WebSocket side: who is let in.
extension LoopGateway {
    /// Judges a handshake: origin, path, version, key, number of sockets, in this order.
    func judge(_ request: HTTPRequest) -> UpgradeDecision {
        do throws(UpgradeRefusal) {
            try services.census.check(try admit(request).claims)
            return .accept
        } catch {
            if [401, 403, 429].contains(error.status) { logRefusal(request, status: error.status, error.message) }
            return .refuse(error.response(adding: services.crossOrigin.headers(for: request)))
        }
    }

    func opened(_ id: ConnectionID, _ request: HTTPRequest) {
        do throws(UpgradeRefusal) {
            let (version, claims) = try admit(request)
            try services.census.enter(claims)
            sockets[id] = claims
            hub.opened(SessionID(id), version: version, claims: claims)
        } catch {
            // It passed a moment ago: the token ended in between, or others came first.
            loop.close(id, code: 1008, reason: error.message ?? "")
        }
    }

    func closed(_ id: ConnectionID) {
        guard let claims = sockets.removeValue(forKey: id) else { return }
        services.census.leave(claims)
        hub.closed(SessionID(id))
    }

    private func admit(_ request: HTTPRequest) throws(UpgradeRefusal) -> (version: ProtocolVersion, claims: Claims) {
        guard services.crossOrigin.allows(request) else { throw .origin }
        guard case .socket? = Route(request.segments) else { throw .path }
        guard let version = ProtocolVersion(query: request.queryValue("vsn").map { String(decoding: $0, as: UTF8.self) }) else {
            throw .version
        }
        return (version, try authenticator.claims(ofUpgrade: request, now: seconds))
    }
}
