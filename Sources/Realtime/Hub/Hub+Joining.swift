internal import Access
internal import JSON
internal import Store

/// A join that will be answered with an error after a pause.
struct Refusal {
    let session: SessionID
    let joinRef: [UInt8]
    let ref: [UInt8]
    let topic: [UInt8]
    let reason: JoinRefusal
}

/// Why a topic cannot be joined. Source: supabase/realtime lib/realtime_web/channels/realtime_channel.ex; clients go by the words before
/// the colon.
struct JoinRefusal: Error, Hashable {
    let reason: String
    /// Whether the connection is closed after the answer, with 1001.
    var closes = false

    static let topicName = JoinRefusal(reason: "TopicNameRequired: You must provide a topic name")
    static let restarting = JoinRefusal(reason: "RealtimeRestarting: Realtime is restarting, please standby")
    static let joinRate = JoinRefusal(reason: "ClientJoinRateLimitReached: Too many joins per second", closes: true)
    static let channels = JoinRefusal(reason: "ChannelRateLimitReached: Too many channels")
    /// Upstream has no such limit; the prefix makes the Python client wait.
    static let bindings = JoinRefusal(reason: "ChannelRateLimitReached: Too many bindings")
    static let publicReplay = JoinRefusal(reason: "UnableToReplayMessages: Replay is not allowed for public channels")
    static let replayParameters = JoinRefusal(reason: "UnableToReplayMessages: Replay params are not valid")

    static func token(_ error: TokenError) -> JoinRefusal {
        let (code, message) = error.realtimeReason
        return JoinRefusal(reason: "\(code): \(message)")
    }

    static func unauthorized(_ subtopic: [UInt8]) -> JoinRefusal {
        JoinRefusal(
            reason:
                "Unauthorized: You do not have permissions to read from this Channel topic: \(String(decoding: subtopic, as: UTF8.self))")
    }
}

extension Hub {
    /// Refused joins that one connection may have waiting; more are not answered.
    private static let pendingRefusalLimit = 200

    func join(_ message: ClientMessage, _ session: Session) {
        let request = JoinRequest(message.payload)
        do throws(JoinRefusal) {
            let (claims, tag) = try admit(request, message, session)
            let plan = JoinPlan(request, schema: schema, head: head, limits: limits)
            let channel = Channel(
                id: takeID(), session: session, tag: tag, topic: TopicName(bytes: message.topic, isPrivate: request.options.isPrivate),
                joinRef: message.joinRef == ServerFrame.null ? message.ref : message.joinRef, options: request.options,
                bindings: plan.bindings, claims: claims, token: request.token == nil ? nil : session.verified?.token)
            counters.joins += 1
            // A repeated join takes the topic over; a `phx_close` for the old one would end the new one in Python.
            if let former = session.channels[message.topic] { leave(former) }
            open(channel, plan, ref: message.ref)
        } catch {
            later(error, message, session)
        }
    }

    private func admit(
        _ request: JoinRequest, _ message: ClientMessage, _ session: Session
    ) throws(JoinRefusal) -> (claims: Claims, tag: Int32) {
        let subtopic = Array(message.topic.dropFirst(TopicName.prefix.count))
        guard !subtopic.isEmpty else { throw .topicName }
        guard !isDraining else { throw .restarting }
        guard session.joins.admit(now: outlet.now, limit: limits.joinsPerSecond) else { throw .joinRate }
        let isNew = session.channels[message.topic] == nil
        guard !isNew || limits.channelsPerConnection <= 0 || session.channels.count < limits.channelsPerConnection else { throw .channels }
        guard limits.bindingsPerChannel <= 0 || request.bindings.count <= limits.bindingsPerChannel else { throw .bindings }
        let claims: Claims
        do throws(TokenError) {
            claims = try self.claims(request.token, of: session)
        } catch { throw .token(error) }
        guard !request.options.isPrivate || mayReadPrivate(claims) else { throw .unauthorized(subtopic) }
        if let replay = request.replay {
            guard request.options.isPrivate else { throw .publicReplay }
            guard replay["since"]?.int64 != nil, 1...25 ~= replay["limit"]?.int64 ?? 25 else { throw .replayParameters }
        }
        guard let tag = session.takeTag() else { throw .channels }
        return (claims, tag)
    }

    /// Private topics have no policies of their own: they are for those who have signed in.
    func mayReadPrivate(_ claims: Claims) -> Bool { claims.role != .anon }

    /// Registers the channel, then answers: what is sent first must be what the client waits for, and nothing may be missed after it.
    private func open(_ channel: Channel, _ plan: JoinPlan, ref: [UInt8]) {
        channels[channel.id] = channel
        channel.session.insert(channel)
        let topic = topics[channel.topic] ?? Topic()
        topics[channel.topic] = topic
        topic.insert(channel)
        let isReachable = setStart(of: channel, plan.starts)
        move(channel, starts: channel.starts)
        armExpiry(of: channel)

        reply(to: channel.session, joinRef: channel.joinRef, ref: ref, topic: channel.topicJSON) { appendResponse(plan, to: &$0) }
        for error in plan.errors { notice("postgres_changes", error, isError: true, on: channel) }
        if !channel.bindings.isEmpty { notice("postgres_changes", "Subscribed to PostgreSQL", on: channel) }
        if channel.options.wantsPresence { push(.presenceState, on: channel) { $0.appendText("{}") } }
        begin(channel, isReachable: isReachable)
    }

    private func appendResponse(_ plan: JoinPlan, to output: inout [UInt8]) {
        output.appendText("{\"postgres_changes\":[")
        for (place, echo) in plan.echoes.enumerated() {
            output.appendText(place > 0 ? ",{\"id\":" : "{\"id\":")
            output.appendDecimal(echo.id.rawValue)
            echo.request.forEachMember { key, value in
                guard !key.equals("id") else { return }
                output.appendText(",")
                output.append(contentsOf: key.raw)
                output.appendText(":")
                value.appendCompact(to: &output)
            }
            output.appendText("}")
        }
        output.appendText("],\"sequence\":")
        output.appendDecimal(head.rawValue)
        output.appendText(",\"epoch\":")
        output.appendJSONString(epochs.current.rawValue)
        output.appendText("}")
    }

    // MARK: Refusing

    private func later(_ refusal: JoinRefusal, _ message: ClientMessage, _ session: Session) {
        counters.refusedJoins += 1
        guard session.pendingRefusals < Self.pendingRefusalLimit else { return }
        session.pendingRefusals += 1
        let joinRef = message.joinRef == ServerFrame.null ? message.ref : message.joinRef
        var topic: [UInt8] = []
        topic.appendJSONString(message.topic)
        let id = takeID()
        refusals[id] = Refusal(session: session.id, joinRef: joinRef, ref: message.ref, topic: topic, reason: refusal)
        outlet.schedule(afterMilliseconds: limits.refusalDelayMilliseconds, key: TimerKey(.refusal, id).rawValue)
    }

    func answerRefusal(_ id: UInt64) {
        guard let refusal = refusals.removeValue(forKey: id), let session = sessions[refusal.session] else { return }
        session.pendingRefusals -= 1
        refuse(refusal.reason.reason, to: session, joinRef: refusal.joinRef, ref: refusal.ref, topic: refusal.topic)
        if refusal.reason.closes { outlet.close(session.id, code: 1001, reason: "") }
    }
}
