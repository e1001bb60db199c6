import JSON

/// A client of the channel protocol (version 2) that stays connected: it heartbeats, reconnects with delays, and resumes each channel where
/// it stopped. One thread.
///
/// Everything happens inside its calls: nothing is sent or received between them, so `next` must be called often enough for the heartbeat.
package final class RealtimeClient {
    static let target = "/realtime/v1/websocket?vsn=2.0.0"

    let url: BrokerURL
    let apikey: String
    let options: RealtimeOptions
    var token: String?

    var socket: WebSocketClient?
    /// By topic.
    var channels: [String: RealtimeChannel] = [:]
    var events = EventQueue()
    /// The ref whose reply somebody waits for, and the reply once it is there.
    var awaited: String?
    var answer: RealtimeMessage?
    private var refCount = 0

    var backoff: Backoff
    /// No new connection is tried before.
    var reconnectAt = Deadline.now
    var lastFailure = ClientError.connectionLost("not connected")
    var heartbeatDue = Deadline.never
    var heartbeatRef: String?

    /// Connects with the first join.
    ///
    /// - Parameters:
    ///   - apikey: for the connection.
    ///   - token: for the channels; nil lets the broker take the api key.
    package init(_ url: BrokerURL, apikey: String, token: String? = nil, options: RealtimeOptions = RealtimeOptions()) {
        self.url = url
        self.apikey = apikey
        self.token = token
        self.options = options
        backoff = options.backoff
    }

    /// Joins a channel and waits for the broker's answer.
    ///
    /// - Returns: the journal's head at that moment, when the broker tells it.
    /// - Throws: `ClientError.refused`; `.upgradeRefused`, `.unreachable`, `.timedOut`, `.connectionLost`: then the channel is not kept.
    package func join(_ request: ChannelRequest) throws(ClientError) -> Cursor? {
        guard channels[request.topic] == nil else { throw .invalidRequest("channel \(request.name) is joined already") }
        let deadline = Deadline(after: options.timeout)
        if socket == nil { try connect() }
        let ref = nextRef()
        channels[request.topic] = RealtimeChannel(request, state: .joining(ref: ref, until: deadline), backoff: options.backoff)
        do throws(ClientError) {
            try sendJoin(request.topic, ref: ref)
            return Cursor(try reply(to: ref, by: deadline, "joining \(request.name)"))
        } catch {
            channels[request.topic] = nil
            throw error
        }
    }

    /// Leaves a channel; its events that were not taken yet stay.
    package func leave(_ name: String) throws(ClientError) {
        guard let channel = channels.removeValue(forKey: "realtime:\(name)"), case .joined(let joinRef) = channel.state else { return }
        let ref = nextRef()
        try send(joinRef: joinRef, ref: ref, topic: channel.request.topic, event: "phx_leave", payload: .object([]))
        _ = try reply(to: ref, by: Deadline(after: options.timeout), "leaving \(name)")
    }

    /// The next event; nil when none came in time. While there is no connection, a try to make one may take longer than `timeout`, by the
    /// options' timeout.
    ///
    /// - Throws: `ClientError.upgradeRefused` when the broker will not have us back (401, 403, 404); connections that fail otherwise are
    ///   tried again.
    package func next(within timeout: Duration) throws(ClientError) -> RealtimeEvent? {
        let deadline = Deadline(after: timeout)
        while true {
            if let event = events.popFirst() { return event }
            try step(by: deadline)
            if events.isEmpty, deadline.isPast { return nil }
        }
    }

    /// How far a channel's events were taken in; what is still queued counts.
    package func cursor(of name: String) -> Cursor? { channels["realtime:\(name)"]?.cursor }

    /// A newer token for all channels, those joined later too.
    package func update(token: String) throws(ClientError) {
        self.token = token
        for (topic, channel) in channels {
            guard case .joined(let joinRef) = channel.state else { continue }
            let payload = JSONValue.object([.init("access_token", .string(token))])
            try send(joinRef: joinRef, ref: nextRef(), topic: topic, event: "access_token", payload: payload)
        }
    }

    /// Closes the connection. The client can join again.
    package func close() {
        socket?.close()
        socket = nil
        channels = [:]
    }

    func nextRef() -> String {
        refCount += 1
        return String(refCount)
    }
}
