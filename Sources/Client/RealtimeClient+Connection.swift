import JSON

/// Staying connected.
extension RealtimeClient {
    /// One thing that is due, or one message, or the deadline: whatever is first.
    func step(by deadline: Deadline) throws(ClientError) {
        guard let socket else { return try reconnect(by: deadline) }
        do throws(ClientError) {
            // An answer that came while nobody looked is not a missing one.
            if heartbeatRef != nil, heartbeatDue.isPast, let message = try socket.receive(by: .now) { return try take(message) }
            try keepAlive()
            try rejoin()
            let due = channels.values.reduce(heartbeatDue) { min($0, $1.due) }
            guard let message = try socket.receive(by: min(deadline, due)) else { return }
            try take(message)
        } catch {
            // A send that failed has said so already.
            if self.socket != nil { disconnected(error) }
        }
    }

    func connect() throws(ClientError) {
        let socket = try WebSocketClient(
            url, Self.target, apikey: apikey, timeout: options.timeout, messageByteLimit: options.messageByteLimit)
        self.socket = socket
        heartbeatDue = Deadline(after: options.heartbeat)
        heartbeatRef = nil
    }

    /// Gives the connection up; the channels wait for the next one.
    func disconnected(_ error: ClientError) {
        socket = nil
        lastFailure = error
        events.append(.disconnected(error))
        reconnectAt = Deadline(after: delay(&backoff))
        for topic in channels.keys { channels[topic]?.state = .waiting(until: .now) }
    }

    /// Connects once it is time; only waits when the deadline is earlier.
    private func reconnect(by deadline: Deadline) throws(ClientError) {
        guard !channels.isEmpty else { throw lastFailure }
        Socket.pause(until: min(deadline, reconnectAt))
        guard reconnectAt.isPast else { return }
        do throws(ClientError) {
            try connect()
        } catch {
            if case .upgradeRefused(let status, _) = error, [401, 403, 404].contains(status) { throw error }
            lastFailure = error
            reconnectAt = Deadline(after: delay(&backoff))
        }
    }

    func delay(_ backoff: inout Backoff) -> Duration {
        var generator = SystemRandomNumberGenerator()
        return backoff.next(using: &generator)
    }

    private func keepAlive() throws(ClientError) {
        guard heartbeatDue.isPast else { return }
        guard heartbeatRef == nil else { throw .timedOut("waiting for a heartbeat's reply") }
        let ref = nextRef()
        try send(joinRef: nil, ref: ref, topic: "phoenix", event: "heartbeat", payload: .object([]))
        heartbeatRef = ref
        heartbeatDue = Deadline(after: options.heartbeat)
    }

    /// Joins the channels whose time has come; a join that was not answered in time begins again.
    private func rejoin() throws(ClientError) {
        for (topic, channel) in channels where channel.due.isPast {
            if case .joining(let ref, _) = channel.state, ref == awaited { continue }
            let ref = nextRef()
            channels[topic]?.state = .joining(ref: ref, until: Deadline(after: options.timeout))
            try sendJoin(topic, ref: ref)
        }
    }

    func sendJoin(_ topic: String, ref: String) throws(ClientError) {
        guard let channel = channels[topic] else { return }
        let payload = channel.request.json(token: token, since: channel.cursor)
        try send(joinRef: ref, ref: ref, topic: topic, event: "phx_join", payload: payload)
    }
}
