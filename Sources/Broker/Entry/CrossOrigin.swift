internal import REST
internal import Transport

/// What browsers of other origins may do.
///
/// Source: fetch.spec.whatwg.org "CORS protocol"; PostgREST src/PostgREST/Cors.hs for the header lists.
struct CrossOrigin: Sendable {
    /// Origins as scheme, host and port; `*` is any, and `:*` behind a host any port of it.
    let origins: [String]

    private static let exposed = CORS.exposed.joined(separator: ", ")

    /// Whether a request may come from where its Origin header says. Without the header it is not a browser's.
    func allows(_ request: HTTPRequest) -> Bool {
        guard let origin = request.header("origin") else { return true }
        return isOwn(origin, request) || origins.contains { Self.covers($0, origin) }
    }

    /// Whether an entry of the list names the origin: exactly, as `*`, or as `http://localhost:*` for any port.
    private static func covers(_ entry: String, _ origin: String) -> Bool {
        guard entry.hasSuffix(":*") else { return entry == "*" || entry == origin }
        let stem = entry.dropLast(1)
        return origin.hasPrefix(stem) && origin.utf8.dropFirst(stem.utf8.count).allSatisfy { (0x30...0x39).contains($0) }
    }

    /// Whether the page came from this broker.
    private func isOwn(_ origin: String, _ request: HTTPRequest) -> Bool {
        guard let host = request.header("host") else { return false }
        return origin == "http://\(host)" || origin == "https://\(host)"
    }

    /// The answer to a preflight; nil when the request is none.
    func preflight(_ request: HTTPRequest) -> HTTPResponse? {
        guard request.method == .options, let origin = request.header("origin"), request.header("access-control-request-method") != nil
        else { return nil }
        guard allows(request) else { return .originRefused }
        // Upstream names what was asked for behind the first of its own.
        let asked = request.header("access-control-request-headers").map { [$0] } ?? []
        let allowed = CORS.headers.prefix(1) + asked + CORS.headers.dropFirst()
        return HTTPResponse(
            status: 200,
            headers: allowOrigin(origin) + [
                ("Access-Control-Allow-Methods", CORS.methods),
                ("Access-Control-Allow-Headers", allowed.joined(separator: ", ")),
                ("Access-Control-Max-Age", String(CORS.maxAgeSeconds)),
            ])
    }

    /// The headers that every answer to a request with an Origin carries, errors included.
    func headers(for request: HTTPRequest) -> [(String, String)] {
        guard let origin = request.header("origin"), allows(request) else { return [] }
        return allowOrigin(origin) + [("Access-Control-Expose-Headers", Self.exposed)]
    }

    private func allowOrigin(_ origin: String) -> [(String, String)] {
        origins.contains("*")
            ? [("Access-Control-Allow-Origin", "*")]
            : [("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true"), ("Vary", "Origin")]
    }
}
