internal import SQLite
internal import Store

/// A call of a function that writes nothing, run in one snapshot.
struct FunctionRead: Sendable {
    var function: Function
    /// One per parameter.
    var arguments: [Value]
    var answer: FunctionAnswer
    /// Counts, one of which must not be 0 for the caller to be let in as an owner.
    var grants: [SQLText]
    /// Whether the caller's role is enough.
    var isGranted: Bool

    func run(_ reader: RowReader) throws(RequestError) -> RESTResponse {
        try checkGrants(reader)
        let names = function.parameters.map { ":" + $0.name }
        var rows: [Row] = []
        for (index, statement) in function.statements.enumerated() {
            let isLast = index == function.statements.count - 1
            var bytes = 0
            try reader.forEachRow(statement, arguments: names, values: arguments) { (row) throws(RequestError) in
                guard isLast else { return }
                bytes += row.bytes.count
                guard bytes <= answer.byteLimit else { throw .tooLarge(byteLimit: answer.byteLimit) }
                rows.append(row)
            }
        }
        return try answer.response(rows)
    }

    private func checkGrants(_ reader: RowReader) throws(RequestError) {
        guard !isGranted else { return }
        for grant in grants where try reader.integer(grant) > 0 { return }
        throw .permission("function", function.name, isAnonymous: reader.isAnonymous)
    }
}
