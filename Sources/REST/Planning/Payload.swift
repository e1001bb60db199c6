internal import JSON

/// The rows or arguments in a request's body.
struct Payload {
    /// In the order of the body; every one an object.
    let objects: [JSONView]

    /// - Parameters:
    ///   - limits: of a JSON body; others are made into flat JSON here.
    ///   - isCall: for a function an empty body is `{}`, and only the first object of an array counts.
    init(_ request: RESTRequest, limits: JSONLimits, isCall: Bool = false) throws(RequestError) {
        let type = request.header("content-type")
        switch type.map(Self.kind) {
        case nil, "application/json": objects = try Self.objects(request.body, limits, isCall: isCall)
        case "application/x-www-form-urlencoded": objects = try Self.objects(FormBody.json(request.body), .wire, isCall: isCall)
        case "text/csv" where !isCall: objects = try Self.objects(try CSVBody.json(request.body), .wire, isCall: false)
        case .some(let kind): throw .body("Content-Type not acceptable: \(kind)")
        }
    }

    /// The media type without its parameters.
    private static func kind(_ type: String) -> String {
        guard type != "application/json" else { return type }
        return String(Substring((type.split(separator: ";").first ?? "").utf8.trimmingBlanks)).lowercased()
    }

    private static func objects(_ body: [UInt8], _ limits: JSONLimits, isCall: Bool) throws(RequestError) -> [JSONView] {
        if isCall, body.allSatisfy({ $0 == UInt8(ascii: " ") || 0x09...0x0d ~= $0 }) { return [] }
        let root: JSONView
        do throws(JSONError) { root = try JSONDocument(parsing: body, limits: limits).root } catch { throw .invalidJSON }
        switch root.kind {
        case .object: return [root]
        case .array:
            var elements = root.elements
            if isCall { elements = Array(elements.prefix(1)) }
            for element in elements where element.kind != .object { throw .unevenKeys }
            return elements
        // As upstream: any other value is a body without rows.
        default: return []
        }
    }
}
