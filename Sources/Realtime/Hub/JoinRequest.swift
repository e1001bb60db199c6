internal import JSON

/// The payload of `phx_join`. What has the wrong type is taken as absent, as upstream does. Source: supabase/realtime
/// lib/realtime_web/channels/realtime_channel.ex.
struct JoinRequest {
    struct Options: Hashable {
        var acksBroadcasts = false
        var hearsItself = false
        var isPrivate = false
        var wantsPresence = false
    }

    /// A place to resume from, as the client wrote it.
    struct Start: Hashable {
        var sequence: Int64
        var epoch: String?
    }

    let options: Options
    /// The objects of `postgres_changes`, in order.
    let bindings: [JSONView]
    let replay: JSONView?
    /// `user_token`, else `access_token`; nil when the connection's key counts.
    let token: [UInt8]?
    /// For bindings without one of their own.
    let start: Start?

    init(_ payload: JSONView) {
        let config = payload["config"]
        let broadcast = config?["broadcast"]
        options = Options(
            acksBroadcasts: broadcast?["ack"]?.isTrue ?? false, hearsItself: broadcast?["self"]?.isTrue ?? false,
            isPrivate: config?["private"]?.isTrue ?? false, wantsPresence: config?["presence"]?["enabled"]?.isTrue ?? false)
        bindings = config?["postgres_changes"]?.elements.filter { $0.kind == .object } ?? []
        replay = broadcast?["replay"].flatMap { $0.isNull ? nil : $0 }
        token = Self.token(payload["user_token"]) ?? Self.token(payload["access_token"])
        start = config.flatMap { Self.start($0) } ?? Self.start(payload)
    }

    /// A token to verify; keys that begin with `sb_` are opaque, and the connection was let in by one already.
    static func token(_ view: JSONView?) -> [UInt8]? {
        guard let token = view?.utf8, !token.starts(with: "sb_".utf8) else { return nil }
        return token
    }

    /// `since` and `epoch` of an object.
    static func start(_ view: JSONView) -> Start? {
        guard let since = view["since"], let sequence = since.int64 ?? since.string.flatMap({ Int64($0) }) else { return nil }
        return Start(sequence: sequence, epoch: view["epoch"]?.string)
    }
}
