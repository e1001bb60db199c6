package import Engine
internal import Store

/// How the outcome of a mutation becomes an answer.
package struct WritePlan: Sendable {
    enum Source: Sendable {
        case table(TableWrite)
        case function(FunctionAnswer)
    }

    let source: Source
    /// What is known of the answer's headers beforehand.
    let headers: [RESTResponse.Header]
    let isAnonymous: Bool

    /// The answer; `Sluice-Sequence` is the newest change when the write was committed.
    package func response(for outcome: Outcome) -> RESTResponse {
        switch outcome {
        case .rejected(let rejection): return RequestError(rejection, isAnonymous: isAnonymous).response()
        case .done(let applied):
            do throws(RequestError) {
                var response =
                    switch source {
                    case .table(let write): try write.response(applied)
                    case .function(let answer): try answer.response(applied.result)
                    }
                response.headers += headers
                response.headers.append(.init("Sluice-Sequence", String(applied.sequence.rawValue)))
                return response
            } catch {
                return error.response()
            }
        }
    }
}
