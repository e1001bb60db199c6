internal import JSON
internal import SQLite
internal import Store

/// How the rows that a function gave become an answer, whoever ran it.
struct FunctionAnswer: Sendable {
    var result: FunctionResultType
    var media: MediaType
    var page: Page
    var countsAll: Bool
    var affectedLimit: Int?
    var byteLimit: Int
    /// Nil for void.
    var table: Table?
    var shape = Shape()
    var predicate = Predicate.always
    var order: RowOrder?

    init(result: FunctionResultType, media: MediaType, page: Page, countsAll: Bool, affectedLimit: Int?, byteLimit: Int) {
        self.result = result
        self.media = media
        self.page = page
        self.countsAll = countsAll
        self.affectedLimit = affectedLimit
        self.byteLimit = byteLimit
    }

    /// - Parameter rows: the function's rows, in the columns of its result type.
    func response(_ rows: [Row]) throws(RequestError) -> RESTResponse {
        guard let table else { return RESTResponse(status: 204) }
        if let affectedLimit, rows.count > affectedLimit { throw .maxAffected(rows.count) }
        guard result.isSet else { return try single(rows.first) }
        let kept = predicate == .always ? rows : rows.filter { predicate.matches($0, in: table) == true }
        let shown = (order?.sorted(kept) ?? kept).dropFirst(page.offset).prefix(page.limit ?? .max)
        let (status, range) = try page.range(count: shown.count, total: countsAll ? kept.count : nil)
        return response(status, range, try body(Array(shown)))
    }

    /// A scalar as it is, a row as an object, nothing as null.
    private func single(_ row: Row?) throws(RequestError) -> RESTResponse {
        if media == .csv { return response(200, "0-0/*", try body(row.map { [$0] } ?? [])) }
        var output: [UInt8] = []
        if let row {
            try append(row, to: &output)
        } else {
            output.appendText("null")
        }
        return response(200, countsAll ? "0-0/1" : "0-0/*", media.stripsNulls ? NullStripper.strip(output) : output)
    }

    private func body(_ rows: [Row]) throws(RequestError) -> [UInt8] {
        guard case .setOfScalar = result, media != .csv else {
            var writer = BodyWriter(media, shape: shape, byteLimit: byteLimit)
            for row in rows { try writer.append(row) { (_, _, _) throws(RequestError) in } }
            return try writer.finish()
        }
        var output: [UInt8] = []
        if media.isObject, rows.count != 1 { throw .notSingular(rows.count) }
        if !media.isObject { output.append(UInt8(ascii: "[")) }
        for (index, row) in rows.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            try append(row, to: &output)
        }
        if !media.isObject { output.append(UInt8(ascii: "]")) }
        guard output.count <= byteLimit else { throw .tooLarge(byteLimit: byteLimit) }
        return output
    }

    private func append(_ row: Row, to output: inout [UInt8]) throws(RequestError) {
        switch result {
        case .scalar(let type), .setOfScalar(let type): type.appendJSON(row, 0, to: &output)
        default: try shape.appendObject(row, to: &output) { (_, _, _) throws(RequestError) in }
        }
    }

    private func response(_ status: Int, _ range: String, _ body: [UInt8]) -> RESTResponse {
        RESTResponse(status: status, headers: [.init("Content-Type", media.contentType), .init("Content-Range", range)], body: body)
    }
}
