/// What a request is answered with.
///
/// Content-Length and Connection are written by the loop. A 204 carries neither Content-Type nor Content-Length, a 304 no Content-Length,
/// an answer to HEAD no body and no Content-Length. A header that holds a line break or a NUL is left out: nothing a handler copies from a
/// client can split the response.
package struct HTTPResponse: Sendable {
    package var status: Int
    package var headers: [(String, String)]
    package var body: [UInt8]
    /// Sends the head alone, without Content-Length.
    package var omitBody: Bool
    /// Closes the connection when the response has been sent.
    package var close: Bool

    package init(status: Int, headers: [(String, String)] = [], body: [UInt8] = [], omitBody: Bool = false, close: Bool = false) {
        self.status = status
        self.headers = headers
        self.body = body
        self.omitBody = omitBody
        self.close = close
    }

    /// A refusal by the transport itself: a JSON object with one fixed sentence. The connection is closed after it.
    static func refusal(_ status: Int, _ message: String, headers: [(String, String)] = []) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: headers + [("Content-Type", "application/json; charset=utf-8")],
            body: Array("{\"message\":\"\(message)\"}".utf8), close: true)
    }

    /// The response as bytes.
    func encoded(toHead: Bool, close: Bool) -> [UInt8] {
        let bodiless = status == 204 || status == 304 || (100..<200).contains(status)
        let sendsBody = !bodiless && !toHead && !omitBody
        var text = "HTTP/1.1 \(status) \(Self.reason(status))\r\n"
        for (name, value) in headers where Self.isSafe(name) && Self.isSafe(value) {
            switch name.lowercased() {
            case "content-length", "connection", "transfer-encoding": continue
            case "content-type" where status == 204: continue
            default: text += "\(name): \(value)\r\n"
            }
        }
        if sendsBody { text += "Content-Length: \(body.count)\r\n" }
        if close { text += "Connection: close\r\n" }
        text += "\r\n"
        return sendsBody ? Array(text.utf8) + body : Array(text.utf8)
    }

    private static func isSafe(_ text: String) -> Bool {
        !text.utf8.contains { $0 == 0x0D || $0 == 0x0A || $0 == 0 }
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 206: "Partial Content"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 409: "Conflict"
        case 411: "Length Required"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 416: "Range Not Satisfiable"
        case 422: "Unprocessable Content"
        case 426: "Upgrade Required"
        case 429: "Too Many Requests"
        case 500: "Internal Server Error"
        case 503: "Service Unavailable"
        default: "Status"
        }
    }
}
