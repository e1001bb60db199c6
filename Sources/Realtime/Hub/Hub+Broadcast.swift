internal import Frames
internal import JSON

extension Hub {
    /// A broadcast from another loop or from REST, to this loop's members of the topic.
    package func deliver(broadcast message: BroadcastMessage) { enter { distribute(message, except: nil) } }

    /// A broadcast in text. It is relayed as it came; a payload that would break the official clients is not relayed at all.
    func broadcast(_ message: ClientMessage, from channel: Channel) {
        let payload = message.payload
        guard payload.kind == .object, payload["ids"] == nil else {
            counters.broadcastsRefused += 1
            return answer(message.ref, on: channel, refusal: "invalid_payload")
        }
        broadcast(.text(Array(payload.raw)), byteCount: payload.raw.count, ref: message.ref, from: channel)
    }

    func broadcast(_ content: BroadcastMessage.Content, byteCount: Int, ref: [UInt8], from channel: Channel) {
        guard channel.session.broadcasts.admit(now: outlet.now, limit: limits.broadcastsPerSecond) else {
            counters.broadcastsRefused += 1
            return close(channel, "Too many messages per second")
        }
        guard limits.broadcastBytes <= 0 || byteCount <= limits.broadcastBytes else {
            counters.broadcastsRefused += 1
            return answer(ref, on: channel, refusal: "payload_size_exceeded")
        }
        counters.broadcasts += 1
        answer(ref, on: channel, refusal: nil)
        let message = BroadcastMessage(topic: channel.topic, content: content)
        distribute(message, except: channel.options.hearsItself ? nil : channel)
        outlet.broadcast(message)
    }

    /// Only those who joined with `ack` are answered.
    private func answer(_ ref: [UInt8], on channel: Channel, refusal: String?) {
        guard channel.options.acksBroadcasts else { return }
        if let refusal {
            refuse(refusal, to: channel.session, joinRef: channel.joinRef, ref: ref, topic: channel.topicJSON)
        } else {
            reply(to: channel.session, joinRef: channel.joinRef, ref: ref, topic: channel.topicJSON)
        }
    }

    private func distribute(_ message: BroadcastMessage, except sender: Channel?) {
        guard let topic = topics[message.topic] else { return }
        for version in [ProtocolVersion.one, .two] {
            var frames: FrameBlock?
            for channel in topic.members where channel !== sender && channel.session.version == version {
                if frames == nil { frames = message.frames(version) }
                // The Python client closes its connection over a longer message, and comes back without it.
                guard let frames, version == .two || frames.count <= limits.changeBytes else { break }
                outlet.send(frames, 0..<frames.count, to: channel.session.id, tag: channel.tag, mark: Self.broadcastMark)
            }
        }
    }
}
