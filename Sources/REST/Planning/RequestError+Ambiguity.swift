internal import JSON
internal import Store

extension RequestError {
    /// PGRST201: details list every candidate.
    static func ambiguousRelationship(_ origin: Table, _ target: String, _ candidates: [Relationship]) -> RequestError {
        let list = candidates.map { candidate in
            JSONValue.object([
                .init("cardinality", .string(candidate.cardinality.rawValue)),
                .init("embedding", .string("\(origin.name) with \(candidate.target.name)")),
                .init("relationship", .string(candidate.sentence(origin: origin))),
            ])
        }
        let choices = candidates.map { "'\(target)!\($0.name)'" }.joined(separator: ", ")
        return RequestError(
            code: "PGRST201", message: "Could not embed because more than one relationship was found for '\(origin.name)' and '\(target)'",
            details: .json(JSONValue.array(list).bytes),
            hint: "Try changing '\(target)' to one of the following: \(choices). Find the desired relationship in the 'details' key.",
            status: 300)
    }
}
