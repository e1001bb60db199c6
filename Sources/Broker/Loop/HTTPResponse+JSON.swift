internal import JSON
internal import REST
internal import Transport

extension HTTPResponse {
    static func json(_ status: Int, _ value: JSONValue, headers: [(String, String)] = []) -> HTTPResponse {
        HTTPResponse(status: status, headers: [("Content-Type", "application/json; charset=utf-8")] + headers, body: value.bytes)
    }

    /// `{"message": …}`, as every answer of the broker itself that has something to say.
    static func message(_ status: Int, _ message: String, headers: [(String, String)] = []) -> HTTPResponse {
        .json(status, ["message": .string(message)], headers: headers)
    }

    static func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(status: status, headers: [("Content-Type", "text/plain; charset=utf-8")], body: Array(text.utf8))
    }

    static let originRefused = message(403, "this origin is not allowed")
    static let nothingHere = message(404, "there is nothing at this path")
    static let postOnly = message(405, "use POST", headers: [("Allow", "POST")])

    init(_ response: RESTResponse) {
        self.init(status: response.status, headers: response.headers.map { ($0.name, $0.value) }, body: response.body)
    }
}
