internal import JSON

extension Hub {
    /// Event `presence`: answered as clients expect, and not kept. Source: supabase/realtime
    /// lib/realtime_web/channels/realtime_channel/presence_handler.ex.
    func presence(_ message: ClientMessage, on channel: Channel) {
        guard channel.session.presences.admit(now: outlet.now, limit: limits.presencePerSecond) else {
            return close(channel, "Too many presence messages per second")
        }
        let event = message.payload["event"]?.string?.lowercased()
        switch event {
        case "track" where message.payload["payload"]?.kind != .object:
            refuse(
                "Presence track payload must be a map", to: channel.session, joinRef: channel.joinRef, ref: message.ref,
                topic: channel.topicJSON)
        case "track", "untrack": reply(to: channel.session, joinRef: channel.joinRef, ref: message.ref, topic: channel.topicJSON)
        default: refuse(nil, to: channel.session, joinRef: channel.joinRef, ref: message.ref, topic: channel.topicJSON)
        }
    }
}
