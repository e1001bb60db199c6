internal import JSON

/// What REST's broadcasts are answered with, and what they bring to the topics. Source: supabase/realtime
/// lib/realtime_web/channels/realtime_channel/broadcast_handler.ex.
package struct BroadcastResponse: Sendable {
    package let status: Int
    /// JSON; empty with 202.
    package let body: [UInt8]
    /// For every loop's hub, in order.
    package let messages: [BroadcastMessage]

    static func accepted(_ messages: [BroadcastMessage]) -> BroadcastResponse {
        BroadcastResponse(status: 202, body: [], messages: messages)
    }

    static func refused(_ status: Int, _ body: JSONValue) -> BroadcastResponse {
        BroadcastResponse(status: status, body: body.bytes, messages: [])
    }
}

package enum BroadcastRequest {
    private static let blank = JSONValue.array([.string("can't be blank")])
    private static let tooLarge = JSONValue.array([.string("Payload size exceeds tenant limit")])

    /// `POST /realtime/v1/api/broadcast`: a batch.
    package static func batch(_ body: [UInt8], limits: RealtimeLimits) -> BroadcastResponse {
        guard let root = try? JSONDocument(parsing: body, limits: limits.json).root else {
            return .refused(400, .object([.init("message", .string("Request body is not valid JSON"))]))
        }
        guard let list = root["messages"], list.kind == .array, list.count > 0 else {
            return .refused(422, .object([.init("errors", .object([.init("messages", blank)]))]))
        }
        guard limits.broadcastsPerSecond <= 0 || list.count <= limits.broadcastsPerSecond else {
            return .refused(
                429, .object([.init("message", .string("Too many messages to broadcast, please reduce the batch size"))]))
        }
        let faults = list.elements.map { Self.faults(of: $0, limits: limits) }
        guard faults.allSatisfy(\.isEmpty) else {
            return .refused(422, .object([.init("errors", .object([.init("messages", .array(faults.map(JSONValue.object)))]))]))
        }
        return .accepted(list.elements.compactMap(message))
    }

    /// `POST /realtime/v1/api/broadcast/<topic>/events/<event>`: the body is the payload itself.
    /// - Parameters:
    ///   - topic: decoded, without `realtime:`; as is `event`.
    ///   - contentType: as in the header.
    package static func single(
        topic: [UInt8], event: [UInt8], isPrivate: Bool, contentType: String, body: [UInt8], limits: RealtimeLimits
    ) -> BroadcastResponse {
        let name = TopicName(bytes: TopicName.prefix + topic, isPrivate: isPrivate)
        guard !topic.isEmpty, !event.isEmpty, name.bytes.count <= 255, event.count <= 255, isText(topic), isText(event) else {
            return .refused(422, .object([.init("errors", .object([.init("topic", .array([.string("is invalid")]))]))]))
        }
        guard limits.broadcastBytes <= 0 || body.count <= limits.broadcastBytes else {
            return .refused(422, .object([.init("errors", .object([.init("payload", tooLarge)]))]))
        }
        let mediaType = contentType.prefix { $0 != ";" && $0 != " " }.lowercased()
        switch mediaType {
        case "application/json":
            guard (try? JSONDocument(parsing: body, limits: limits.json)) != nil else {
                return .refused(422, .object([.init("errors", .object([.init("payload", .array([.string("is invalid")]))]))]))
            }
        case "application/octet-stream": break
        default:
            return .refused(
                415,
                .object([.init("error", .string("Unsupported Media Type. Use application/json or application/octet-stream"))]))
        }
        let user = UserBroadcast(event: event, metadata: [], isJSON: mediaType == "application/json", payload: body)
        return .accepted([BroadcastMessage(topic: name, content: .user(user))])
    }

    private static func isText(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }

    private static func faults(of message: JSONView, limits: RealtimeLimits) -> [JSONValue.Member] {
        var faults: [JSONValue.Member] = []
        let payload = message["payload"]
        if payload == nil || payload?.isNull == true {
            faults.append(.init("payload", blank))
        } else if payload?.kind != .object {
            faults.append(.init("payload", .array([.string("is invalid")])))
        } else if let payload, limits.broadcastBytes > 0, payload.raw.count > limits.broadcastBytes {
            faults.append(.init("payload", tooLarge))
        }
        for name in ["event", "topic"] {
            guard let field = message[name], !field.isNull, !field.equals("") else {
                faults.append(.init(name, blank))
                continue
            }
            if field.kind != .string { faults.append(.init(name, .array([.string("is invalid")]))) }
        }
        return faults
    }

    private static func message(_ view: JSONView) -> BroadcastMessage? {
        guard let topic = view["topic"]?.utf8, let event = view["event"], let payload = view["payload"] else { return nil }
        var output: [UInt8] = []
        output.appendText("{\"event\":")
        output.append(contentsOf: event.raw)
        output.appendText(",\"payload\":")
        payload.appendCompact(to: &output)
        output.appendText(",\"type\":\"broadcast\"")
        if let id = view["id"], id.kind == .string {
            output.appendText(",\"meta\":{\"id\":")
            output.append(contentsOf: id.raw)
            output.appendText("}")
        }
        output.appendText("}")
        let name = TopicName(bytes: TopicName.prefix + topic, isPrivate: view["private"]?.isTrue ?? false)
        return BroadcastMessage(topic: name, content: .text(output))
    }
}
