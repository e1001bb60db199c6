internal import Access
internal import Engine
internal import Frames
internal import JSON
internal import Realtime
internal import Store
internal import Transport

/// The WebSocket side: who is let in, and what the hub sends.
extension LoopGateway {
    /// Judges a handshake: origin, path, version, key, in this order.
    func judge(_ request: HTTPRequest) -> UpgradeDecision {
        do throws(UpgradeRefusal) {
            _ = try admit(request)
            return .accept
        } catch {
            guard let message = error.message else { return .refuse(HTTPResponse(status: error.status)) }
            return .refuse(.json(error.status, ["error": .string(message)], headers: services.crossOrigin.headers(for: request)))
        }
    }

    func opened(_ id: ConnectionID, _ request: HTTPRequest) {
        do throws(UpgradeRefusal) {
            let (version, claims) = try admit(request)
            services.readiness.socketOpened()
            hub.opened(SessionID(id), version: version, claims: claims)
        } catch {
            // It passed a moment ago: the token ended in between, or others came first.
            services.readiness.socketOpened()
            loop.close(id, code: 1008, reason: error.message ?? "")
        }
    }

    func closed(_ id: ConnectionID) {
        services.readiness.socketClosed()
        hub.closed(SessionID(id))
    }

    func timer(_ key: UInt64) { hub.timer(key) }

    private func admit(_ request: HTTPRequest) throws(UpgradeRefusal) -> (ProtocolVersion, Claims) {
        guard services.crossOrigin.allows(request) else { throw UpgradeRefusal(status: 403, message: "this origin is not allowed") }
        guard case .socket? = Route(request.segments) else { throw UpgradeRefusal(status: 404, message: "there is no socket at this path") }
        guard !services.readiness.isDraining else { throw UpgradeRefusal(status: 503, message: "Realtime is restarting, please standby") }
        guard let version = ProtocolVersion(query: request.queryValue("vsn").map { String(decoding: $0, as: UTF8.self) }) else {
            throw UpgradeRefusal(status: 403, message: nil)
        }
        let claims = try services.authenticator.claims(ofUpgrade: request, now: now / 1_000_000)
        let limit = services.settings.limits.connections
        guard limit == 0 || services.readiness.socketCount < limit else { throw UpgradeRefusal(status: 429, message: "Too many connected users") }
        return (version, claims)
    }
}

extension LoopGateway: RealtimeOutlet {
    func send(_ block: FrameBlock, _ range: Range<Int>, to session: SessionID, tag: Int32, mark: Int64) {
        loop.send(block, range, to: ConnectionID(session), tag: tag, mark: mark)
    }

    func close(_ session: SessionID, code: UInt16, reason: String) { loop.close(ConnectionID(session), code: code, reason: reason) }

    func awaitsDrain(of session: SessionID) -> Bool { loop.awaitsDrain(ConnectionID(session)) }

    func schedule(afterMilliseconds: Int, key: UInt64) { loop.schedule(afterMilliseconds: afterMilliseconds, key: key) }

    func propose(_ mutation: Mutation, byteCount: Int) -> Bool { services.engine.propose(mutation, byteCount: byteCount) }

    func callReadOnly(_ call: Mutation.Call, actor: Claims, token: UInt64) -> Bool {
        let mailbox = services.mailboxes[index]
        return services.readers.submit { reader in mailbox.put(.called(token: token, reader.call(call, as: actor))) }
    }

    func read(_ request: ReplayRequest) -> Bool {
        let mailbox = services.mailboxes[index]
        return services.readers.submit { reader in mailbox.put(.replayed(reader.replay(request))) }
    }

    func broadcast(_ message: BroadcastMessage) {
        for (other, mailbox) in services.mailboxes.enumerated() where other != index { mailbox.put(.broadcast(message)) }
    }
}

extension ConnectionID {
    init(_ session: SessionID) { self.init(rawValue: session.rawValue) }
}
