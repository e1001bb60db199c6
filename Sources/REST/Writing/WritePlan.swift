internal import Access
package import Engine
internal import SQLite
package import Store

/// How the outcome of a mutation becomes an answer.
package struct WritePlan: Sendable {
    enum Source: Sendable {
        case table(TableWrite)
        case function(FunctionAnswer)
    }

    let source: Source
    /// What is known of the answer's headers beforehand.
    let headers: [RESTResponse.Header]
    let actor: Claims
    let epoch: Epoch

    private var isAnonymous: Bool { actor.role == .anon }

    /// Whether the answer shows rows of other tables: `response(for:on:)` then makes it, on a reader, after the commit.
    package var needsReader: Bool { if case .table(let write) = source { write.representation?.hasEmbeds ?? false } else { false } }

    /// The answer; `Sluice-Sequence` is the newest change when the write was committed.
    package func response(for outcome: Outcome) -> RESTResponse { response(for: outcome, reader: nil) }

    /// The answer with embedded rows, as the actor sees them now.
    package func response(for outcome: Outcome, on reader: Reader) -> RESTResponse {
        do throws(SQLiteError) {
            return try reader.snapshot(as: actor) { (snapshot) throws(SQLiteError) in
                response(for: outcome, reader: RowReader(snapshot: snapshot, isAnonymous: isAnonymous))
            }
        } catch {
            return RequestError(error, isAnonymous: isAnonymous).response()
        }
    }

    /// The answer when no reader is free: a write that was done says so, lest anybody repeats it.
    package func responseWithoutReader(for outcome: Outcome) -> RESTResponse {
        if case .rejected = outcome { return response(for: outcome, reader: nil) }
        return RequestError.unread.response()
    }

    private func response(for outcome: Outcome, reader: RowReader?) -> RESTResponse {
        switch outcome {
        case .rejected(let rejection): return RequestError(rejection, isAnonymous: isAnonymous).response()
        case .done(let applied):
            do throws(RequestError) {
                var response =
                    switch source {
                    case .table(let write): try write.response(applied, reader: reader)
                    case .function(let answer): try answer.response(applied.result)
                    }
                response.headers += headers
                response.headers.append(.init("Sluice-Sequence", String(applied.sequence.rawValue)))
                response.headers.append(.init("Sluice-Epoch", epoch.rawValue))
                return response
            } catch {
                return error.response()
            }
        }
    }
}
