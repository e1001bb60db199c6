import JSON

/// What arrives.
extension RealtimeClient {
    func take(_ message: WebSocketMessage) throws(ClientError) {
        switch message {
        case .text(let bytes): take(try RealtimeMessage(bytes))
        case .binary(let bytes):
            if let broadcast = UserBroadcast(binary: bytes) { events.append(.broadcast(broadcast)) }
        }
    }

    private func take(_ message: RealtimeMessage) {
        if message.event == "phx_reply" { takeReply(message) }
        guard let channel = channels[message.topic] else { return }
        if let joinRef = message.joinRef, joinRef != channel.joinRef { return }
        switch message.event {
        case "phx_reply": break
        case "postgres_changes": takeChange(message)
        case "system": takeSystem(message)
        case "broadcast":
            if let broadcast = UserBroadcast(message) { events.append(.broadcast(broadcast)) }
        case "phx_error":
            wait(message.topic)
            events.append(.interrupted(channel: message.channel))
        case "phx_close":
            channels[message.topic] = nil
            events.append(.closed(channel: message.channel, nil))
        default: events.append(.message(message))
        }
    }

    private func takeReply(_ message: RealtimeMessage) {
        guard let ref = message.ref else { return }
        if ref == heartbeatRef { heartbeatRef = nil }
        if case .joining(ref, _)? = channels[message.topic]?.state { settleJoin(message, ref: ref) }
        if ref == awaited { answer = message }
    }

    private func settleJoin(_ message: RealtimeMessage, ref: String) {
        let response = message.payload["response"]
        if message.payload["status"]?.equals("ok") == true, var channel = channels[message.topic] {
            if channel.wasJoined { events.append(.rejoined(channel: message.channel)) }
            channel.joined(ref: ref, head: Cursor(response))
            channels[message.topic] = channel
            backoff.reset()
            return
        }
        let refusal = Refusal(response)
        if Self.isFinal(refusal) {
            channels[message.topic] = nil
            // The first join tells its caller.
            if ref != awaited { events.append(.closed(channel: message.channel, refusal)) }
        } else {
            wait(message.topic)
        }
    }

    /// A token or a topic that was refused will be refused again; limits and restarts pass.
    private static func isFinal(_ refusal: Refusal) -> Bool {
        ["InvalidJWTToken", "MalformedJWT", "JwtSignatureError", "JwtSignerError", "Unauthorized", "TopicNameRequired"].contains(
            refusal.code)
    }

    private func wait(_ topic: String) {
        guard var channel = channels[topic] else { return }
        channel.state = .waiting(until: Deadline(after: delay(&channel.backoff)))
        channels[topic] = channel
    }

    private func takeChange(_ message: RealtimeMessage) {
        guard let change = RowChange(channel: message.channel, payload: message.payload) else { return events.append(.message(message)) }
        if let cursor = change.cursor { channels[message.topic]?.cursor = cursor }
        events.append(.change(change))
    }

    private func takeSystem(_ message: RealtimeMessage) {
        let text = message.payload["message"]?.string ?? ""
        if message.payload["extension"]?.equals("sluice") == true, text == "resync_required" {
            channels[message.topic]?.moveToHead()
            events.append(.resyncRequired(channel: message.channel))
        } else {
            let isError = message.payload["status"]?.equals("error") == true
            events.append(.system(channel: message.channel, isError: isError, message: text))
        }
    }
}
