internal import JSON
internal import SQLite
internal import Store

/// The affected rows as a write gives them back.
struct Representation: Sendable {
    private let shape: Shape
    private let order: RowOrder?
    /// The embeds, if rows of other tables are asked for.
    private let embeds: ReadNode?

    /// - Parameter embeds: the query's tree over whole rows of the table; nil when it embeds nothing.
    init(_ query: ParsedQuery, of table: Table, embeds: ReadNode?) throws(RequestError) {
        if let embeds {
            shape = embeds.shape
        } else {
            shape = try Shape(query.select ?? [.all], of: table)
        }
        if let terms = query.orders.first(where: { $0.path.isEmpty })?.value {
            order = try RowOrder(terms, in: table)
        } else {
            order = nil
        }
        self.embeds = embeds
    }

    var hasEmbeds: Bool { embeds != nil }

    /// - Parameters:
    ///   - rows: whole rows in table order.
    ///   - reader: where embedded rows are read; needed when there are embeds.
    func body(_ rows: [Row], as media: MediaType, byteLimit: Int, reader: RowReader?) throws(RequestError) -> [UInt8] {
        var writer = BodyWriter(media, shape: shape, byteLimit: byteLimit)
        var readers: [EmbedReader] = []
        if let embeds, let reader { readers = try EmbedReader.all(of: embeds, reader: reader) }
        for row in order?.sorted(rows) ?? rows {
            guard try Self.keeps(row, readers) else { continue }
            try writer.append(row) { (number, mode, output) throws(RequestError) in try readers[number].append(for: row, mode, to: &output)
            }
        }
        return try writer.finish()
    }

    private static func keeps(_ row: Row, _ readers: [EmbedReader]) throws(RequestError) -> Bool {
        for reader in readers where try !reader.keeps(row) { return false }
        return true
    }
}
