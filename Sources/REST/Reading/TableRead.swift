internal import SQLite
internal import Store

/// GET or HEAD of a table.
struct TableRead: Sendable {
    var node: ReadNode
    var page: Page
    /// Whether the total is asked for.
    var countsAll: Bool
    var isHead: Bool
    var media: MediaType
    var byteLimit: Int

    func run(_ reader: RowReader) throws(RequestError) -> RESTResponse {
        let count: Int
        var body: [UInt8] = []
        if isHead {
            count = try countOfPage(reader)
            if media.isObject, count != 1 { throw .notSingular(count) }
        } else {
            (count, body) = try rows(reader)
        }
        var total: Int?
        if countsAll {
            total = page.knownTotal(count: count)
            if total == nil { total = try reader.integer(try node.total()) }
        }
        let (status, contentRange) = try page.range(count: count, total: total)
        return RESTResponse(
            status: status, headers: [.init("Content-Type", media.contentType), .init("Content-Range", contentRange)], body: body)
    }

    private func countOfPage(_ reader: RowReader) throws(RequestError) -> Int {
        let rest = max(0, try reader.integer(try node.total()) - page.offset)
        return page.limit.map { min($0, rest) } ?? rest
    }

    private func rows(_ reader: RowReader) throws(RequestError) -> (Int, [UInt8]) {
        var writer = BodyWriter(media, shape: node.shape, byteLimit: byteLimit)
        let embeds = try EmbedReader.all(of: node, reader: reader)
        try reader.forEachRow(try node.rows(page)) { (row) throws(RequestError) in
            try writer.append(row) { (number, mode, output) throws(RequestError) in
                try embeds[number].append(for: row, mode, to: &output)
            }
        }
        return (writer.count, try writer.finish())
    }
}
