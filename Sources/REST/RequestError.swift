package import Engine
internal import JSON
package import SQLite
package import Store

/// Why a request is refused, in PostgREST's four parts and with its status.
package struct RequestError: Error, Hashable, Sendable {
    package enum Details: Hashable, Sendable {
        case text(String)
        /// A list, as PGRST201 has it.
        case json([UInt8])
    }

    /// A `PGRST…` code, a SQLSTATE, or one of our stable words.
    package var code: String
    package var message: String
    package var details: Details?
    package var hint: String?
    package var status: Int
    /// `*/57`, when the range asked for lies past the end.
    package var contentRange: String?

    package init(code: String, message: String, details: Details? = nil, hint: String? = nil, status: Int) {
        self.code = code
        self.message = message
        self.details = details
        self.hint = hint
        self.status = status
    }

    /// An error of the database: the status follows from the SQLSTATE, which for want of privilege depends on whether anybody signed in.
    package init(sqlState code: String, message: String, details: String? = nil, hint: String? = nil, isAnonymous: Bool) {
        self.init(
            code: code, message: message, details: details.map(Details.text), hint: hint,
            status: Self.status(of: code, isAnonymous: isAnonymous))
    }

    package init(_ rejection: Rejection, isAnonymous: Bool) {
        self.init(
            sqlState: rejection.code, message: rejection.message, details: rejection.details, hint: rejection.hint,
            isAnonymous: isAnonymous)
    }

    package init(_ error: TypeError) {
        self.init(code: error.code, message: error.message, details: error.details.map(Details.text), status: 400)
    }

    /// A statement of a read that failed: raised on purpose, interrupted by its budget, or a fault of this machine.
    package init(_ error: SQLiteError, isAnonymous: Bool) {
        if let raised = error.raised {
            self.init(sqlState: raised.code, message: raised.message, details: raised.details, hint: raised.hint, isAnonymous: isAnonymous)
            return
        }
        switch error.code.primary {
        case .interrupt: self = .cancelled
        case .busy, .locked: self = .busy
        case .full: self.init(sqlState: "53100", message: "could not extend the database file", isAnonymous: isAnonymous)
        case .readOnly:
            self.init(sqlState: "25006", message: "cannot execute the statement in a read-only transaction", isAnonymous: isAnonymous)
        case .tooBig: self.init(sqlState: "54000", message: error.message, isAnonymous: isAnonymous)
        default: self.init(sqlState: "XX000", message: error.message, isAnonymous: isAnonymous)
        }
    }

    /// Source: PostgREST src/PostgREST/Error.hs, `pgErrorStatus`; our own words at the end.
    private static func status(of code: String, isAnonymous: Bool) -> Int {
        switch code {
        case "23503", "23505": return 409
        case "25006": return 405
        case "42501": return isAnonymous ? 401 : 403
        case "42883", "42P01": return 404
        case "P0001", "PGRST124", "PGRST128": return 400
        case "PGRST116": return 406
        case "21000": return 500
        case "idempotency_key_reused": return 422
        default: break
        }
        if code.hasPrefix("PT"), let status = Int(code.dropFirst(2)), 200...599 ~= status { return status }
        switch code.prefix(2) {
        case "08", "53": return 503
        case "25", "2D", "38", "39", "3B", "40", "54", "55", "57", "58", "XX", "F0", "HV", "P0": return 500
        case "0L", "0P", "28": return 403
        default: return 400
        }
    }
}

extension RequestError {
    /// The answer. `isHead` leaves the body out, as HEAD has none.
    package func response(isHead: Bool = false, adding more: [RESTResponse.Header] = []) -> RESTResponse {
        var headers: [RESTResponse.Header] = [
            .init("Content-Type", MediaType.json.contentType), .init("Proxy-Status", "PostgREST; error=\(code)"),
        ]
        if status == 401 {
            let isToken = code == "PGRST301" || code == "PGRST303"
            headers.append(
                .init("WWW-Authenticate", isToken ? "Bearer error=\"invalid_token\", error_description=\"\(message)\"" : "Bearer"))
        }
        if let contentRange { headers.append(.init("Content-Range", contentRange)) }
        if status == 503 { headers.append(.init("Retry-After", "1")) }
        return RESTResponse(status: status, headers: headers + more, body: isHead ? [] : body)
    }

    /// `{"code":…,"details":…,"hint":…,"message":…}`: all four, null when unknown.
    package var body: [UInt8] {
        var output: [UInt8] = []
        output.appendText("{\"code\":")
        output.appendJSONString(code)
        output.appendText(",\"details\":")
        switch details {
        case .text(let text): output.appendJSONString(text)
        case .json(let json): output.append(contentsOf: json)
        case nil: output.appendText("null")
        }
        output.appendText(",\"hint\":")
        if let hint { output.appendJSONString(hint) } else { output.appendText("null") }
        output.appendText(",\"message\":")
        output.appendJSONString(message)
        output.append(UInt8(ascii: "}"))
        return output
    }
}
