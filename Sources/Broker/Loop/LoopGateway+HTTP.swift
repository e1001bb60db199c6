internal import Access
internal import Engine
internal import JSON
internal import REST
internal import Realtime
internal import Store
internal import System
internal import Transport

/// The HTTP side: every path of the broker, its CORS headers, and answers now or later.
extension LoopGateway {
    func answer(_ request: HTTPRequest, _ exchange: ExchangeID) {
        let crossOrigin = services.crossOrigin
        guard crossOrigin.allows(request) else {
            return loop.respond(exchange, .json(403, ["message": "this origin is not allowed"]))
        }
        if let preflight = crossOrigin.preflight(request) { return loop.respond(exchange, preflight) }
        let headers = crossOrigin.headers(for: request)
        switch Route(request.segments) {
        case .rest(let path): rest(request, path, exchange, headers)
        case .broadcast(let path): broadcast(request, path, exchange, headers)
        case .alive: respond(exchange, .text(200, "ok"), headers)
        case .ready: respond(exchange, readiness(), headers)
        case .ping: respond(exchange, .json(200, ["message": "Success"]), headers)
        case .exchange:
            guard request.method == .post else { return respond(exchange, .json(405, ["message": "use POST"]), headers) }
            respond(exchange, services.signIn.exchange(request, now: now / 1_000_000), headers)
        case .backup: backup(request, exchange, headers)
        case .socket: respond(exchange, .json(426, ["message": "a WebSocket handshake was expected"], headers: [("Upgrade", "websocket")]), headers)
        case nil: respond(exchange, .json(404, ["message": "there is nothing at this path"]), headers)
        }
    }

    private func respond(_ exchange: ExchangeID, _ response: HTTPResponse, _ headers: [(String, String)]) {
        var response = response
        response.headers += headers
        loop.respond(exchange, response)
    }

    private func readiness() -> HTTPResponse {
        guard !services.readiness.isDraining else { return .text(503, "draining") }
        return services.engine.state.isWritable ? .text(200, "ok") : .text(503, "writes are refused: the disk is full")
    }

    // MARK: REST

    private func rest(_ request: HTTPRequest, _ path: [String], _ exchange: ExchangeID, _ headers: [(String, String)]) {
        let isHead = request.method == .head
        do throws(RequestError) {
            let claims = try services.authenticator.claims(of: request, now: now / 1_000_000)
            let token = nextWrite()
            let plan = services.rest.plan(
                RESTRequest(request, path: path, claims: claims), now: now, replyTo: ReplyAddress(listener: listener, token: token))
            switch plan {
            case .answer(let response): loop.respond(exchange, HTTPResponse(response, adding: headers))
            case .read(let plan): read(plan, isHead: isHead, exchange, headers)
            case .write(let mutation, let plan):
                let waiting = WaitingWrite(exchange: exchange, plan: plan, headers: headers)
                guard propose(mutation, byteCount: request.body.count + 256, token: token, for: waiting) else { throw .busy }
            }
        } catch {
            loop.respond(exchange, HTTPResponse(error.response(isHead: isHead), adding: headers))
        }
    }

    private func read(_ plan: ReadPlan, isHead: Bool, _ exchange: ExchangeID, _ headers: [(String, String)]) {
        let mailbox = services.mailboxes[index]
        let isQueued = services.readers.submit { reader in
            mailbox.put(.response(exchange, HTTPResponse(plan.run(on: reader), adding: headers)))
        }
        if !isQueued { loop.respond(exchange, HTTPResponse(RequestError.busy.response(isHead: isHead), adding: headers)) }
    }

    // MARK: Administration

    /// `POST /admin/v1/backup` with `{"path": "/absolute/file"}`: service_role, from this machine only, since the broker writes the file.
    private func backup(_ request: HTTPRequest, _ exchange: ExchangeID, _ headers: [(String, String)]) {
        guard request.method == .post else { return respond(exchange, .json(405, ["message": "use POST"]), headers) }
        guard let claims = try? services.authenticator.claims(of: request, now: now / 1_000_000) else {
            return respond(exchange, .json(401, ["message": "a token of service_role is needed"]), headers)
        }
        guard claims.role == .serviceRole, ["127.0.0.1", "::1"].contains(request.remoteAddress) else {
            return respond(exchange, .json(403, ["message": "only service_role may do this, from the broker's own machine"]), headers)
        }
        guard let path = (try? JSONDocument(parsing: request.body))?.root["path"]?.string, path.hasPrefix("/") else {
            return respond(exchange, .json(400, ["message": "expected a JSON object with an absolute path"]), headers)
        }
        let mailbox = services.mailboxes[index]
        let database = services.database
        do throws(SystemError) {
            // A copy may take minutes, so it gets a thread of its own rather than a reader.
            _ = try Thread.start(name: "backup") {
                do throws(Backup.Failure) {
                    try Backup.copy(database, to: path)
                    mailbox.put(.response(exchange, .json(200, ["path": .string(path)])))
                } catch {
                    mailbox.put(.response(exchange, .json(500, ["message": .string("\(error)")])))
                }
            }
        } catch {
            respond(exchange, .json(503, ["message": .string("\(error)")]), headers)
        }
    }

    // MARK: Broadcasts over HTTP

    private func broadcast(_ request: HTTPRequest, _ path: [String], _ exchange: ExchangeID, _ headers: [(String, String)]) {
        guard (try? services.authenticator.claims(of: request, now: now / 1_000_000)) != nil else {
            return respond(exchange, .json(401, ["message": "Unauthorized"]), headers)
        }
        guard request.method == .post else { return respond(exchange, .json(405, ["message": "use POST"]), headers) }
        let answer: BroadcastResponse
        switch (path.count, path.dropFirst().first) {
        case (0, _): answer = BroadcastRequest.batch(request.body, limits: services.realtimeLimits)
        case (3, "events"?):
            answer = BroadcastRequest.single(
                topic: Array(path[0].utf8), event: Array(path[2].utf8), isPrivate: request.queryValue("private").map { $0.elementsEqual("true".utf8) } ?? false,
                contentType: request.header("content-type") ?? "application/json", body: request.body, limits: services.realtimeLimits)
        default: return respond(exchange, .json(404, ["message": "there is nothing at this path"]), headers)
        }
        for message in answer.messages {
            for mailbox in services.mailboxes { mailbox.put(.broadcast(message)) }
        }
        respond(exchange, HTTPResponse(status: answer.status, headers: [("Content-Type", "application/json; charset=utf-8")], body: answer.body), headers)
    }
}

extension RESTRequest {
    init(_ request: HTTPRequest, path: [String], claims: Claims) {
        self.init(
            method: request.method.name, path: path,
            query: request.query.filter { !$0.name.elementsEqual("apikey".utf8) }.map { QueryItem(name: $0.name, value: $0.value, hasEquals: $0.hasEquals) },
            header: { request.header($0) }, body: request.body, claims: claims)
    }
}

extension HTTPResponse {
    init(_ response: RESTResponse, adding headers: [(String, String)]) {
        self.init(status: response.status, headers: response.headers.map { ($0.name, $0.value) } + headers, body: response.body)
    }
}
