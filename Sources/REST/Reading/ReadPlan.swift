internal import Access
internal import SQLite
package import Store

/// A read, planned. It touches data only when it runs.
package struct ReadPlan: Sendable {
    enum Source: Sendable {
        case table(TableRead)
        case function(FunctionRead)
    }

    let source: Source
    /// What is known of the answer's headers before it runs.
    let headers: [RESTResponse.Header]
    let isHead: Bool
    let actor: Claims
    let epoch: Epoch

    private var isAnonymous: Bool { actor.role == .anon }

    /// Opens a snapshot as the request's actor and runs in it.
    package func run(on reader: Reader) -> RESTResponse {
        do throws(SQLiteError) {
            return try reader.snapshot(as: actor) { (snapshot) throws(SQLiteError) in run(snapshot) }
        } catch {
            return RequestError(error, isAnonymous: isAnonymous).response(isHead: isHead)
        }
    }

    /// Reads everything in one snapshot, on the reader's thread, and makes the answer. `Sluice-Sequence` and `Sluice-Epoch` say what the
    /// rows are at least as new as.
    package func run(_ snapshot: Snapshot) -> RESTResponse {
        let marks: [RESTResponse.Header] = [
            .init("Sluice-Sequence", String(snapshot.head.rawValue)), .init("Sluice-Epoch", epoch.rawValue),
        ]
        do throws(RequestError) {
            let reader = RowReader(snapshot: snapshot, isAnonymous: isAnonymous)
            var response =
                switch source {
                case .table(let read): try read.run(reader)
                case .function(let read): try read.run(reader)
                }
            response.headers += headers + marks
            return isHead ? response.withoutBody : response
        } catch {
            return error.response(isHead: isHead, adding: marks)
        }
    }
}
