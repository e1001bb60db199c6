internal import Frames
internal import JSON

/// The envelope of messages to clients, in both framings. Topics and references are JSON already.
///
/// vsn 1 has no `join_ref`, and its `ref` is always there (the Python client drops what lacks it). Source: phoenix
/// lib/phoenix/socket/serializers, supabase/realtime lib/realtime_web/socket/v2_serializer.ex.
enum ServerFrame {
    static let null = Array("null".utf8)

    enum Event: String {
        case reply = "phx_reply"
        case close = "phx_close"
        case error = "phx_error"
        case system
        case changes = "postgres_changes"
        case broadcast
        case presenceState = "presence_state"
    }

    static func append(
        _ event: Event, version: ProtocolVersion, joinRef: [UInt8] = null, ref: [UInt8] = null, topic: [UInt8], to output: inout [UInt8],
        payload: (inout [UInt8]) -> Void
    ) {
        switch version {
        case .one:
            appendHead(event, version: version, joinRef: joinRef, ref: ref, topic: topic, to: &output)
            payload(&output)
            output.appendText(",\"ref\":")
            output.append(contentsOf: ref)
            output.appendText("}")
        case .two:
            appendHead(event, version: version, joinRef: joinRef, ref: ref, topic: topic, to: &output)
            payload(&output)
            output.appendText("]")
        }
    }

    /// All that stands before the payload.
    static func appendHead(
        _ event: Event, version: ProtocolVersion, joinRef: [UInt8] = null, ref: [UInt8] = null, topic: [UInt8], to output: inout [UInt8]
    ) {
        switch version {
        case .one:
            output.appendText("{\"topic\":")
            output.append(contentsOf: topic)
            output.appendText(",\"event\":\"")
            output.appendText(event.rawValue)
            output.appendText("\",\"payload\":")
        case .two:
            output.appendText("[")
            output.append(contentsOf: joinRef)
            output.appendText(",")
            output.append(contentsOf: ref)
            output.appendText(",")
            output.append(contentsOf: topic)
            output.appendText(",\"")
            output.appendText(event.rawValue)
            output.appendText("\",")
        }
    }
}
