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
