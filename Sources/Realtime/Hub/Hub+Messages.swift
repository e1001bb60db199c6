internal import JSON

extension Hub {
    /// One whole message of a client. What is no frame of the protocol is dropped without a word and counted.
    package func received(_ session: SessionID, _ message: [UInt8], binary: Bool) {
        guard let session = sessions[session] else { return }
        if binary {
            guard session.version == .two, let push = UserBroadcastPush(message, limits: limits.json) else {
                return counters.malformed += 1
            }
            enter { receive(push, session) }
        } else {
            guard let message = ClientMessage(message, version: session.version, limits: limits) else { return counters.malformed += 1 }
            enter { receive(message, session) }
        }
    }

    private func receive(_ push: UserBroadcastPush, _ session: Session) {
        guard let channel = session.channels[push.topic] else {
            var topic: [UInt8] = []
            topic.appendJSONString(push.topic)
            return refuse("unmatched topic", to: session, ref: push.ref, topic: topic)
        }
        broadcast(.user(push.content), byteCount: push.content.payload.count, ref: push.ref, from: channel)
    }

    private func receive(_ message: ClientMessage, _ session: Session) {
        let event = message.event.string.flatMap(ClientEvent.init(rawValue:))
        var topic: [UInt8] = []
        topic.appendJSONString(message.topic)
        if let channel = session.channels[message.topic], event != .join { return receive(message, event, on: channel) }
        switch event {
        case .join where message.topic.starts(with: TopicName.prefix): join(message, session)
        case .leave: reply(to: session, ref: message.ref, topic: topic)
        case .heartbeat where message.topic.elementsEqual("phoenix".utf8): reply(to: session, ref: message.ref, topic: topic)
        default: refuse("unmatched topic", to: session, ref: message.ref, topic: topic)
        }
    }

    /// Events on a joined channel; the reference it came with may be stale or missing.
    private func receive(_ message: ClientMessage, _ event: ClientEvent?, on channel: Channel) {
        switch event {
        case .leave:
            reply(to: channel.session, joinRef: channel.joinRef, ref: message.ref, topic: channel.topicJSON)
            end(.close, on: channel)
            leave(channel)
        case .accessToken: refreshToken(message.payload, on: channel)
        case .broadcast: broadcast(message, from: channel)
        case .presence: presence(message, on: channel)
        case .rpc, .insert, .update, .upsert, .delete: if let event { write(event, message, on: channel) }
        case .join, .heartbeat, nil: break
        }
    }

    /// Forgets a channel. Nothing is sent.
    func leave(_ channel: Channel) {
        fanout.leave(channel)
        channel.position = .gone
        channel.session.remove(channel)
        channels[channel.id] = nil
        guard let topic = topics[channel.topic] else { return }
        topic.remove(channel)
        if topic.members.isEmpty { topics[channel.topic] = nil }
    }
}
