internal import Access
internal import Store

extension Function {
    /// Whether the claims may be enough to call it; an owner's grant is judged on the row, when the call runs.
    func mayBeCalled(by claims: Claims) -> Bool {
        isGranted(to: claims.role) || claims.role == .authenticated && claims.subject != nil && !ownerGrants.isEmpty
    }

    /// The word that PostgreSQL's message on a write in a read-only transaction names.
    var writingVerb: String {
        for statement in statements {
            let verb = statement.drop { $0.isWhitespace }.prefix { $0.isLetter }.uppercased()
            if verb == "INSERT" || verb == "UPDATE" || verb == "DELETE" { return verb }
            if verb == "REPLACE" { return "INSERT" }
        }
        return "UPDATE"
    }

    /// `f(a, b)`
    var signature: String { "\(name)(\(parameters.map(\.name).joined(separator: ", ")))" }
}

extension FunctionResultType {
    /// Whether it gives any number of rows.
    var isSet: Bool {
        switch self {
        case .setOfScalar, .setOfRows, .table: true
        case .void, .scalar, .row: false
        }
    }
}

extension RequestError {
    /// - Parameter arguments: as given, in any order.
    static func noFunction(
        _ name: String, arguments: [String], isJSONBody: Bool, known: [String: Function], schema: String
    ) -> RequestError {
        let names = arguments.sorted()
        let list = names.joined(separator: ", ")
        var nearest = known[name]?.signature
        if nearest == nil { nearest = Spelling.nearest(to: name, among: known.keys.sorted()).flatMap { known[$0]?.signature } }
        let searched = names.isEmpty ? " without parameters" : " with parameter\(names.count > 1 ? "s" : "") \(list)"
        let alternative = isJSONBody ? " or with a single unnamed json/jsonb parameter" : ""
        let called = names.isEmpty ? " without parameters" : "(\(list))"
        return RequestError(
            code: "PGRST202", message: "Could not find the function \(schema).\(name)\(called) in the schema cache",
            details: .text(
                "Searched for the function \(schema).\(name)\(searched)\(alternative), but no matches were found in the schema cache."),
            hint: nearest.map { "Perhaps you meant to call the function \(schema).\($0)" }, status: 404)
    }
}
