internal import JSON

/// A broadcast in the binary framing of vsn 2. Source: phoenix lib/phoenix/socket/serializers, supabase/realtime
/// lib/realtime_web/socket/v2_serializer.ex.
struct UserBroadcast: Hashable {
    var event: [UInt8]
    /// A JSON object's text, or empty.
    var metadata: [UInt8]
    var isJSON: Bool
    var payload: [UInt8]

    /// Kind 4, the only one that the JavaScript client reads. Event and metadata came in fields of the same width.
    func appendFrame(topic: [UInt8], to output: inout [UInt8]) {
        output.append(4)
        output.append(UInt8(clamping: topic.count))
        output.append(UInt8(clamping: event.count))
        output.append(UInt8(clamping: metadata.count))
        output.append(isJSON ? 1 : 0)
        output.append(contentsOf: topic)
        output.append(contentsOf: event)
        output.append(contentsOf: metadata)
        output.append(contentsOf: payload)
    }

    /// The object that vsn 1 members get.
    func appendObject(to output: inout [UInt8]) {
        output.appendText("{\"type\":\"broadcast\",\"event\":")
        output.appendJSONString(event)
        output.appendText(",\"payload\":")
        output.append(contentsOf: payload)
        if !metadata.isEmpty {
            output.appendText(",\"meta\":")
            output.append(contentsOf: metadata)
        }
        output.appendText("}")
    }
}

/// Kind 3, from client to server: a broadcast and where it goes. Its `join_ref` says nothing that the topic does not.
struct UserBroadcastPush {
    let ref: [UInt8]
    let topic: [UInt8]
    let content: UserBroadcast

    /// Nil when the bytes are no such frame, or their texts no UTF-8 or JSON: they are passed on to others as they are.
    init?(_ bytes: [UInt8], limits: JSONLimits) {
        guard bytes.count >= 7, bytes[0] == 3 else { return nil }
        var rest = bytes[7...]
        func field(_ length: UInt8) -> [UInt8]? {
            guard rest.count >= Int(length) else { return nil }
            let field = Array(rest.prefix(Int(length)))
            rest = rest.dropFirst(Int(length))
            return field
        }
        guard field(bytes[1]) != nil, let ref = field(bytes[2]), let topic = field(bytes[3]), let event = field(bytes[4]),
            let metadata = field(bytes[5])
        else { return nil }
        guard [ref, topic, event].allSatisfy({ String(validating: $0, as: UTF8.self) != nil }) else { return nil }
        if !metadata.isEmpty {
            guard let json = try? JSONDocument(parsing: metadata, limits: limits), json.root.kind == .object else { return nil }
        }
        let isJSON = bytes[6] != 0
        if isJSON {
            guard (try? JSONDocument(parsing: Array(rest), limits: limits)) != nil else { return nil }
        }
        self.ref = Self.reference(ref)
        self.topic = topic
        content = UserBroadcast(event: event, metadata: metadata, isJSON: isJSON, payload: Array(rest))
    }

    /// An empty field is no reference.
    private static func reference(_ text: [UInt8]) -> [UInt8] {
        guard !text.isEmpty else { return ServerFrame.null }
        var json: [UInt8] = []
        json.appendJSONString(text)
        return json
    }
}
