internal import Access
internal import Engine
internal import REST
internal import Store
internal import Transport

/// Requests in the PostgREST dialect: reads go to a reader, writes to the engine.
extension LoopGateway {
    /// What a mutation takes in memory besides its request's body, about.
    private static let mutationBytes = 256

    /// - Parameter path: behind `/rest/v1`.
    func rest(_ request: HTTPRequest, _ path: [String], _ exchange: PendingExchange) {
        let isHead = request.method == .head
        do throws(RequestError) {
            let claims = try authenticator.claims(of: request, now: seconds)
            let token = nextWrite()
            let plan = services.rest.plan(
                RESTRequest(request, path: path, claims: claims), now: now, replyTo: ReplyAddress(listener: listener, token: token))
            switch plan {
            case .answer(let response): respond(exchange, HTTPResponse(response))
            case .read(let plan): try read(plan, exchange)
            case .write(let mutation, let plan):
                let waiting = WaitingWrite(exchange: exchange, plan: plan)
                let byteCount = request.body.count + Self.mutationBytes
                guard propose(mutation, byteCount: byteCount, token: token, for: waiting) else { throw .busy }
            }
        } catch {
            respond(exchange, HTTPResponse(error.response(isHead: isHead)))
        }
    }

    private func read(_ plan: ReadPlan, _ exchange: PendingExchange) throws(RequestError) {
        let mailbox = mailbox
        let isQueued = services.readers.submit { reader in
            mailbox.put(.response(exchange, HTTPResponse(plan.run(on: reader))))
        }
        guard isQueued else { throw .busy }
    }
}

extension RESTRequest {
    /// - Parameter path: behind `/rest/v1`. The token among the query's parameters is not the table's.
    fileprivate init(_ request: HTTPRequest, path: [String], claims: Claims) {
        let items = request.query.filter { !$0.name.elementsEqual("apikey".utf8) }
        self.init(
            method: request.method.name, path: path,
            query: items.map { QueryItem(name: $0.name, value: $0.value, hasEquals: $0.hasEquals) },
            header: { request.header($0) }, body: request.body, claims: claims)
    }
}
