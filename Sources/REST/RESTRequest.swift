package import Access

/// An HTTP request to the dialect, decoded by whoever owns the socket and already authenticated.
package struct RESTRequest: Sendable {
    /// In upper case, as it stood in the request line.
    package var method: String
    /// The decoded segments after `/rest/v1`: `["upload_queue"]`, `["rpc", "stop_upload"]`.
    package var path: [String]
    /// In the order of the request, without `apikey`.
    package var query: [QueryItem]
    /// A header's value by its lower-case name; a repeated header's values are joined by commas.
    package var header: @Sendable (_ name: String) -> String?
    package var body: [UInt8]
    package var claims: Claims

    package init(
        method: String, path: [String], query: [QueryItem], header: @escaping @Sendable (_ name: String) -> String?, body: [UInt8],
        claims: Claims
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.header = header
        self.body = body
        self.claims = claims
    }
}
