/// Where a path leads.
///
/// Source: the official clients' paths; realtime is served below `/realtime/v1`, as a gateway shows it, below `/socket` and at the root.
enum Route: Hashable {
    /// The segments behind `/rest/v1`.
    case rest([String])
    /// The segments behind `/realtime/v1/api/broadcast`.
    case broadcast([String])
    /// WebSocket handshakes.
    case socket
    case ping
    /// A sign-in code for a token.
    case exchange
    case backup
    /// The dashboard, or one of its assets.
    case page(asset: String?)
    /// Whether the process lives.
    case alive
    /// Whether it takes writes.
    case ready

    /// Nil when nothing is there.
    /// - Parameter segments: of the path, decoded.
    init?(_ segments: [[UInt8]]) {
        let words = segments.map { String(decoding: $0, as: UTF8.self) }
        switch words.first {
        case "rest" where words.dropFirst().first == "v1": self = .rest(Array(words.dropFirst(2)))
        case "realtime" where words.dropFirst().first == "v1": self.init(realtime: words.dropFirst(2))
        case "monitoring": self = .page(asset: nil)
        case "assets" where words.count == 2: self = .page(asset: words[1])
        case "socket": self.init(realtime: words.dropFirst())
        default:
            switch words {
            case ["healthz"]: self = .alive
            case ["readyz"]: self = .ready
            case ["auth", "v1", "exchange"]: self = .exchange
            case ["admin", "v1", "backup"]: self = .backup
            default: self.init(realtime: words[...])
            }
        }
    }

    private init?(realtime words: ArraySlice<String>) {
        if words.starts(with: ["api", "broadcast"]) {
            self = .broadcast(Array(words.dropFirst(2)))
            return
        }
        switch Array(words) {
        case ["websocket"]: self = .socket
        case ["api", "ping"]: self = .ping
        case ["healthcheck"]: self = .alive
        default: return nil
        }
    }
}
