internal import Engine
internal import JSON
internal import Telemetry
internal import Transport

/// The HTTP side: origins, and which part of the broker a path belongs to.
extension LoopGateway {
    /// Answers a request, now or later.
    func answer(_ request: HTTPRequest, _ id: ExchangeID) {
        let crossOrigin = services.crossOrigin
        guard crossOrigin.allows(request) else {
            logRefusal(request, status: 403, UpgradeRefusal.origin.message)
            return loop.respond(id, .originRefused)
        }
        if let preflight = crossOrigin.preflight(request) { return loop.respond(id, preflight) }
        let exchange = PendingExchange(id: id, headers: crossOrigin.headers(for: request))
        switch Route(request.segments) {
        case .rest(let path): rest(request, path, exchange)
        case .broadcast(let path): broadcast(request, path, exchange)
        case .exchange:
            respond(exchange, request.method == .post ? services.signIn.exchange(request, now: seconds) : .postOnly)
        case .backup: backup(request, exchange)
        case .page(let asset): respond(exchange, services.files.answer(request, asset: asset) ?? .nothingHere)
        case .alive: respond(exchange, .text(200, "ok"))
        case .ready: respond(exchange, readiness())
        case .ping: respond(exchange, .message(200, "Success"))
        case .socket: respond(exchange, .message(426, "a WebSocket handshake was expected", headers: [("Upgrade", "websocket")]))
        case nil: respond(exchange, .nothingHere)
        }
    }

    private func readiness() -> HTTPResponse {
        if services.census.isClosed { return .text(503, "draining") }
        return services.engine.state.isWritable ? .text(200, "ok") : .text(503, "writes are refused: the disk is full")
    }

    /// One line per peer that is turned away; never its query, which may hold a token.
    func logRefusal(_ request: HTTPRequest, status: Int, _ reason: String?) {
        services.log.info(
            "access", "connection refused",
            [.int("status", status), .string("reason", reason ?? "unknown protocol version"), .string("remote", request.remoteAddress)])
    }
}
