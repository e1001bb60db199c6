internal import JSON

/// One text message of a client, taken apart. Source: phoenix lib/phoenix/socket/serializers, supabase/realtime
/// lib/realtime_web/socket/v2_serializer.ex.
struct ClientMessage {
    /// As written, echoed verbatim: a string, a number or null.
    let joinRef: [UInt8]
    let ref: [UInt8]
    let topic: [UInt8]
    let event: JSONView
    let payload: JSONView

    /// Nil when the text is no message of the version.
    init?(_ text: [UInt8], version: ProtocolVersion, limits: RealtimeLimits) {
        guard let root = try? JSONDocument(parsing: text, limits: limits.json).root else { return nil }
        let parts: (joinRef: JSONView?, ref: JSONView?, topic: JSONView?, event: JSONView?, payload: JSONView?)
        switch version {
        case .one: parts = (root["join_ref"], root["ref"], root["topic"], root["event"], root["payload"])
        case .two: parts = (root[0], root[1], root[2], root[3], root[4])
        }
        guard let ref = parts.ref, let topic = parts.topic?.utf8, let event = parts.event, let payload = parts.payload else { return nil }
        guard event.kind == .string, topic.count <= limits.topicBytes else { return nil }
        guard let ownRef = Self.reference(ref, limits), let joinRef = Self.reference(parts.joinRef, limits) else { return nil }
        self.ref = ownRef
        self.joinRef = joinRef
        self.topic = topic
        self.event = event
        self.payload = payload
    }

    private static func reference(_ view: JSONView?, _ limits: RealtimeLimits) -> [UInt8]? {
        guard let view else { return ServerFrame.null }
        switch view.kind {
        case .null, .string, .number: return view.raw.count <= limits.refBytes ? Array(view.raw) : nil
        case .bool, .array, .object: return nil
        }
    }
}

/// The events that clients may name. Source: phoenix lib/phoenix/socket.ex, supabase/realtime
/// lib/realtime_web/channels/realtime_channel.ex.md for the writing ones.
enum ClientEvent: String {
    case join = "phx_join"
    case leave = "phx_leave"
    case heartbeat
    case accessToken = "access_token"
    case broadcast
    case presence
    case rpc
    case insert, update, upsert, delete
}
