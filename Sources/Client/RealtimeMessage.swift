package import JSON

/// A message of protocol version 2: `[join_ref, ref, topic, event, payload]`.
package struct RealtimeMessage: Sendable {
    package let joinRef: String?
    package let ref: String?
    package let topic: String
    package let event: String
    package let payload: JSONView

    /// - Throws: `ClientError.malformed` when the bytes are no such array.
    init(_ bytes: [UInt8]) throws(ClientError) {
        guard let root = (try? JSONDocument(parsing: bytes))?.root, root.count >= 5,
            let topic = root[2]?.string, let event = root[3]?.string, let payload = root[4]
        else { throw .malformed("a message that is no array of five") }
        joinRef = root[0]?.string
        ref = root[1]?.string
        self.topic = topic
        self.event = event
        self.payload = payload
    }

    static func bytes(joinRef: String?, ref: String, topic: String, event: String, payload: JSONValue) -> [UInt8] {
        JSONValue.array([joinRef.map { .string($0) } ?? .null, .string(ref), .string(topic), .string(event), payload]).bytes
    }

    /// The topic without `realtime:`.
    package var channel: String {
        topic.hasPrefix("realtime:") ? String(topic.dropFirst("realtime:".count)) : topic
    }
}
