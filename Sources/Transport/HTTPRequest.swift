/// One HTTP request, whole, with path and query decoded exactly once.
package struct HTTPRequest: Sendable {
    /// `a=b` is name, value and an equals sign; `a` alone has none.
    package typealias QueryItem = (name: [UInt8], value: [UInt8], hasEquals: Bool)

    package let method: HTTPMethod
    /// Percent-decoded once. `+`, `//` and dot segments stand as the client wrote them; a `%2F` cannot be told from a `/`.
    package let path: [UInt8]
    /// The pieces of the path between slashes, each decoded once; empty ones are left out. An encoded slash is part of its segment.
    package let segments: [[UInt8]]
    /// In the client's order, split at `&` only, decoded once; `+` is a space, an encoded `&`, `=` or `+` survives. Empty pieces are left out.
    package let query: [QueryItem]
    package let body: [UInt8]
    /// The peer of the socket as a numeric address, without a port. A proxy's word for it is in `x-forwarded-for`.
    package let remoteAddress: String
    let fields: HTTPFields

    init(_ head: HTTPRequestHead, body: [UInt8], remoteAddress: String) {
        method = head.method
        path = head.target.path
        segments = head.target.segments
        query = head.target.query
        fields = head.fields
        self.body = body
        self.remoteAddress = remoteAddress
    }

    /// A request that did not come from a socket: what tests of other rooms and internal routes make.
    package init(
        method: HTTPMethod, path: [UInt8], query: [QueryItem] = [], headers: [(String, String)] = [], body: [UInt8] = [],
        remoteAddress: String = "127.0.0.1"
    ) {
        self.method = method
        self.path = path
        segments = path.split(separator: UInt8(ascii: "/")).map(Array.init)
        self.query = query
        fields = HTTPFields(headers)
        self.body = body
        self.remoteAddress = remoteAddress
    }

    /// The value of a header, whatever the case of its name; values of a repeated header are joined with `, ` (RFC 9110 §5.3).
    package func header(_ name: String) -> String? {
        fields.value(name)
    }
}
