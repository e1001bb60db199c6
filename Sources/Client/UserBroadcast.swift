import JSON

/// A broadcast that somebody sent to a channel's members.
package struct UserBroadcast: Sendable {
    package let channel: String
    package let event: String
    /// JSON, unless the sender sent bytes of another kind.
    package let payload: [UInt8]

    /// From a text message's payload.
    init?(_ message: RealtimeMessage) {
        guard let event = message.payload["event"]?.string else { return nil }
        channel = message.channel
        self.event = event
        var payload: [UInt8] = []
        message.payload["payload"]?.appendCompact(to: &payload)
        self.payload = payload
    }

    /// From a binary message of kind 4: kind, lengths of topic, event and metadata, encoding, then these and the payload.
    ///
    /// Source: supabase-js packages/core/realtime-js/src/lib/serializer.ts.
    init?(binary bytes: [UInt8]) {
        guard bytes.count >= 5, bytes[0] == 4 else { return nil }
        let topicEnd = 5 + Int(bytes[1])
        let eventEnd = topicEnd + Int(bytes[2])
        let metadataEnd = eventEnd + Int(bytes[3])
        guard metadataEnd <= bytes.count else { return nil }
        let topic = String(decoding: bytes[5..<topicEnd], as: UTF8.self)
        channel = topic.hasPrefix("realtime:") ? String(topic.dropFirst("realtime:".count)) : topic
        event = String(decoding: bytes[topicEnd..<eventEnd], as: UTF8.self)
        payload = Array(bytes[metadataEnd...])
    }
}
