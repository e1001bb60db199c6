package import Access

/// Refusals that are known from the request alone. Source: docs/REST.md, errors; PostgREST src/PostgREST/Error.hs.
extension RequestError {
    /// A token that does not decode, or whose claims forbid it.
    package init(_ error: TokenError) {
        let (code, message, details) = error.postgrest
        self.init(code: code, message: message, details: details.map(Details.text), status: 401)
    }

    package static let anonymousAccessIsDisabled = RequestError(code: "PGRST302", message: "Anonymous access is disabled", status: 401)

    static func unknownRole(_ role: Role) -> RequestError {
        RequestError(code: "22023", message: "role \"\(role)\" does not exist", status: 401)
    }

    /// The engine's mailbox or the readers' queue is full. Retried by the official clients after `Retry-After`.
    package static let busy = RequestError(code: "53400", message: "the broker is busy", hint: "Try again in a second.", status: 503)

    /// A write that was committed, whose embedded rows cannot be read now. No 503: nobody shall send the write again.
    static let unread = RequestError(
        code: "53400", message: "the write is done, but the broker is too busy to show its rows", hint: "Read them with a GET.", status: 500
    )

    static let cancelled = RequestError(code: "57014", message: "canceling statement due to statement timeout", status: 500)

    /// - Parameter text: the whole parameter value.
    /// - Parameter column: from 1, in characters.
    static func syntax(_ what: String, _ text: [UInt8], column: Int, details: String) -> RequestError {
        RequestError(
            code: "PGRST100", message: "\"failed to parse \(what) (\(String(decoding: text, as: UTF8.self)))\" (line 1, column \(column))",
            details: .text(details), status: 400)
    }

    static func methodOnFunction(_ method: String) -> RequestError {
        RequestError(code: "PGRST101", message: "Cannot use the \(method) method on RPC", status: 405)
    }

    static func body(_ message: String) -> RequestError { RequestError(code: "PGRST102", message: message, status: 400) }

    static let invalidJSON = body("Empty or invalid json")

    static let unevenKeys = body("All object keys must match")

    static func range(_ details: String) -> RequestError {
        RequestError(code: "PGRST103", message: "Requested range not satisfiable", details: .text(details), status: 416)
    }

    static func schema(_ name: String, exposed: String) -> RequestError {
        RequestError(
            code: "PGRST106", message: "Invalid schema: \(name)", hint: "Only the following schemas are exposed: \(exposed)", status: 406)
    }

    static func mediaType(_ types: [String]) -> RequestError {
        RequestError(
            code: "PGRST107", message: "None of these media types are available: \(types.joined(separator: ", "))", status: 406)
    }

    static func method(_ method: String) -> RequestError {
        RequestError(code: "PGRST117", message: "Unsupported HTTP method: \(method)", status: 405)
    }

    static func preferences(_ invalid: [String]) -> RequestError {
        RequestError(
            code: "PGRST122", message: "Invalid preferences given with handling=strict",
            details: .text("Invalid preferences: \(invalid.joined(separator: ", "))"), status: 400)
    }

    static let aggregates = RequestError(code: "PGRST123", message: "Use of aggregate functions is not allowed", status: 400)

    static let path = RequestError(code: "PGRST125", message: "Invalid path specified in request URL", status: 404)

    static let root = RequestError(code: "PGRST126", message: "Root endpoint metadata is disabled", status: 404)

    /// The honest answer for what this broker leaves out.
    static func notImplemented(_ feature: String) -> RequestError {
        RequestError(code: "PGRST127", message: "Feature not implemented", details: .text(feature), status: 400)
    }

    static func tooMany(_ what: String, limit: Int) -> RequestError {
        RequestError(
            code: "54000", message: "too many \(what)", details: .text("The limit is \(limit)."), hint: "Split the request.", status: 400)
    }

    static func tooLarge(byteLimit: Int) -> RequestError {
        RequestError(
            code: "54000", message: "the answer exceeds the limit of \(byteLimit) bytes",
            hint: "Ask for fewer rows with limit and offset, or for fewer columns with select.", status: 400)
    }

    static let idempotencyKey = RequestError(
        code: "idempotency_key_invalid", message: "Idempotency-Key must be 1 to 64 bytes long", status: 400)
}
