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
