package import Engine

/// What to do about a request.
package enum RESTPlan: Sendable {
    /// Known without touching data.
    case answer(RESTResponse)
    /// To be run on a reader: `plan.run(snapshot)`.
    case read(ReadPlan)
    /// To be proposed to the engine; its outcome becomes the answer by `plan.response(for:)`.
    case write(Mutation, WritePlan)
}
