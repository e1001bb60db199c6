/// What goes back to the client. The server adds `Content-Length` (not with 204), `Date` and what CORS asks for.
package struct RESTResponse: Hashable, Sendable {
    package struct Header: Hashable, Sendable {
        package let name: String
        package let value: String
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var status: Int
    package var headers: [Header]
    package var body: [UInt8]

    package init(status: Int, headers: [Header] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The value of a header of this name, spelled as it is sent.
    package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// The same answer as HEAD gives it.
    var withoutBody: RESTResponse { RESTResponse(status: status, headers: headers) }
}

/// What browsers may send and see. Source: docs/REST.md, CORS.
package enum CORS {
    package static let methods = "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD"
    /// Allowed besides those that the browser asks for.
    package static let headers = ["Authorization", "Accept", "Accept-Language", "Content-Language"]
    package static let exposed = [
        "Content-Encoding", "Content-Location", "Content-Range", "Content-Type", "Date", "Location", "Server", "Transfer-Encoding",
        "Range-Unit", "Preference-Applied", "Proxy-Status", "Retry-After", "Sluice-Sequence", "Sluice-Epoch",
    ]
    package static let maxAgeSeconds = 86_400
}
