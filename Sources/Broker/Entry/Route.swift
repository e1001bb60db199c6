/// Where a path leads. Source: protocol paths of the official clients; both the public prefixes and those behind a gateway are served.
enum Route: Hashable {
    /// The segments behind `/rest/v1`.
    case rest([String])
    /// The segments behind `/realtime/v1/api/broadcast`.
    case broadcast([String])
    case socket
    case ping
    case exchange
    case backup
    case alive
    case ready

    /// - Parameter segments: of the path, decoded.
    init?(_ segments: [[UInt8]]) {
        var segments = segments.map { String(decoding: $0, as: UTF8.self) }[...]
        switch segments.first {
        case "rest" where segments.dropFirst().first == "v1": self = .rest(Array(segments.dropFirst(2)))
        case "healthz": self = .alive
        case "readyz": self = .ready
        case "auth" where Array(segments) == ["auth", "v1", "exchange"]: self = .exchange
        case "admin" where Array(segments) == ["admin", "v1", "backup"]: self = .backup
        default:
            if segments.prefix(2) == ["realtime", "v1"] { segments = segments.dropFirst(2) } else if segments.first == "socket" { segments = segments.dropFirst() }
            switch segments.first {
            case "websocket" where segments.count == 1: self = .socket
            case "api" where segments.dropFirst().first == "broadcast": self = .broadcast(Array(segments.dropFirst(2)))
            case "api" where Array(segments) == ["api", "ping"]: self = .ping
            case "healthcheck" where segments.count == 1: self = .alive
            default: return nil
            }
        }
    }
}
