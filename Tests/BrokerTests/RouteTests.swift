import Testing

@testable import Broker

@Suite("Routes")
struct RouteTests {
    static let routes: [(String, Route?)] = [
        ("rest/v1", .rest([])), ("rest/v1/uploads", .rest(["uploads"])), ("rest/v1/rpc/stop", .rest(["rpc", "stop"])), ("rest", nil),
        ("rest/v2/uploads", nil), ("realtime/v1/websocket", .socket), ("socket/websocket", .socket), ("websocket", .socket),
        ("realtime/v1/websocket/x", nil), ("realtime/v2/websocket", nil), ("realtime/v1/api/broadcast", .broadcast([])),
        ("api/broadcast/q/events/e", .broadcast(["q", "events", "e"])), ("realtime/v1/api/ping", .ping), ("api/ping", .ping),
        ("realtime/v1/healthcheck", .alive), ("healthz", .alive), ("healthz/x", nil), ("readyz", .ready), ("auth/v1/exchange", .exchange),
        ("auth/v1", nil), ("admin/v1/backup", .backup), ("admin/v1/backup/x", nil), ("monitoring", .page(asset: nil)),
        ("monitoring/uploads/1", .page(asset: nil)), ("assets/a.js", .page(asset: "a.js")), ("assets/a/b.js", nil), ("", nil), ("x", nil),
    ]

    @Test("lead where the clients expect", arguments: routes) func lead(_ path: String, _ route: Route?) {
        #expect(Route(path.split(separator: "/").map { Array($0.utf8) }) == route)
    }
}
