import JSON

/// What a join asks for.
package struct ChannelRequest: Hashable, Sendable {
    /// Free text, without `realtime:`.
    package var name: String
    package var bindings: [BindingRequest]
    /// Begins behind this place instead of now.
    package var since: Cursor?

    package init(_ name: String, bindings: [BindingRequest] = [], since: Cursor? = nil) {
        self.name = name
        self.bindings = bindings
        self.since = since
    }

    var topic: String { "realtime:\(name)" }

    /// The payload of `phx_join`.
    func json(token: String?, since cursor: Cursor?) -> JSONValue {
        let quiet = JSONValue.object([.init("ack", .bool(false)), .init("self", .bool(false))])
        let absent = JSONValue.object([.init("key", .string("")), .init("enabled", .bool(false))])
        var members: [JSONValue.Member] = [
            .init(
                "config",
                .object([
                    .init("broadcast", quiet), .init("presence", absent), .init("postgres_changes", .array(bindings.map(\.json))),
                    .init("private", .bool(false)),
                ]))
        ]
        if let token { members.append(.init("access_token", .string(token))) }
        if let cursor {
            members.append(.init("since", .int(cursor.sequence)))
            members.append(.init("epoch", .string(cursor.epoch)))
        }
        return .object(members)
    }
}
