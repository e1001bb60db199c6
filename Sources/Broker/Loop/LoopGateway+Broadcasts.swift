internal import Access
internal import Realtime
internal import Transport

/// Broadcasts over HTTP. Source: protocol/realtime.md §12.2.
extension LoopGateway {
    /// - Parameter path: behind `/realtime/v1/api/broadcast`: nothing for a batch, `<topic>/events/<event>` for one.
    func broadcast(_ request: HTTPRequest, _ path: [String], _ exchange: PendingExchange) {
        guard (try? authenticator.claims(of: request, now: seconds)) != nil else {
            return respond(exchange, .message(401, "Unauthorized"))
        }
        guard request.method == .post else { return respond(exchange, .postOnly) }
        guard let answer = judge(request, path) else { return respond(exchange, .nothingHere) }
        for message in answer.messages {
            for mailbox in services.mailboxes { mailbox.put(.broadcast(message)) }
        }
        let type = answer.body.isEmpty ? [] : [("Content-Type", "application/json; charset=utf-8")]
        respond(exchange, HTTPResponse(status: answer.status, headers: type, body: answer.body))
    }

    /// Nil when the path is neither of the two.
    private func judge(_ request: HTTPRequest, _ path: [String]) -> BroadcastResponse? {
        if path.isEmpty { return BroadcastRequest.batch(request.body, limits: services.realtimeLimits) }
        guard path.count == 3, path[1] == "events" else { return nil }
        return BroadcastRequest.single(
            topic: Array(path[0].utf8), event: Array(path[2].utf8),
            isPrivate: request.queryValue("private")?.elementsEqual("true".utf8) ?? false,
            contentType: request.header("content-type") ?? "application/json", body: request.body, limits: services.realtimeLimits)
    }
}
