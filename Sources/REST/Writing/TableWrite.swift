internal import Engine
internal import JSON
internal import SQLite
internal import Store

/// How an insert, update, delete or replacement of rows is answered.
struct TableWrite: Sendable {
    enum Kind: Sendable {
        case insert(resolution: Preferences.Resolution?)
        case update, delete, replace
    }

    enum Body: Sendable {
        case none
        /// The affected rows.
        case rows(Representation)
        /// No body, but the place of the one new row.
        case location
    }

    var kind: Kind
    var table: Table
    var media: MediaType
    /// Whether the number of affected rows is asked for.
    var countsAll: Bool
    var byteLimit: Int
    var body = Body.none
    var affectedLimit: Int?

    var representation: Representation? { if case .rows(let rows) = body { rows } else { nil } }

    var hasBody: Bool { representation != nil }

    /// What the engine must give back and check.
    var returning: Mutation.Returning {
        let needsRows = if case .none = body { false } else { true }
        return .init(rows: needsRows, single: media.isObject, maxAffected: affectedLimit)
    }

    func response(_ applied: Applied, reader: RowReader? = nil) throws(RequestError) -> RESTResponse {
        if media.isObject, applied.affected != 1 { throw .notSingular(applied.affected) }
        var response = RESTResponse(status: status(applied))
        if let range = contentRange(applied.affected) { response.headers.append(.init("Content-Range", range)) }
        switch body {
        case .none: break
        case .location: if let location = location(applied) { response.headers.append(.init("Location", location)) }
        case .rows(let rows):
            response.headers.append(.init("Content-Type", media.contentType))
            response.body = try rows.body(applied.rows, as: media, byteLimit: byteLimit, reader: reader)
        }
        return response
    }

    private func status(_ applied: Applied) -> Int {
        switch kind {
        case .insert(resolution: .merge): applied.inserted == 0 ? 200 : 201
        case .insert: 201
        case .update, .delete: hasBody ? 200 : 204
        case .replace: hasBody ? (applied.inserted == 0 ? 200 : 201) : 204
        }
    }

    private func contentRange(_ count: Int) -> String? {
        let total = countsAll ? String(count) : "*"
        switch kind {
        case .insert, .delete: return "*/\(total)"
        case .update: return count == 0 ? "*/\(total)" : "0-\(count - 1)/\(total)"
        case .replace: return nil
        }
    }

    /// `/upload_queue?id=eq.…`, when exactly one row came.
    private func location(_ applied: Applied) -> String? {
        guard applied.rows.count == 1, let row = applied.rows.first else { return nil }
        var location = Array("/\(table.name)?".utf8)
        for (index, place) in table.primaryKey.enumerated() {
            if index > 0 { location.append(UInt8(ascii: "&")) }
            let column = table.columns[place]
            location.appendEscaped(Array(column.name.utf8))
            location.appendText("=eq.")
            var text: [UInt8] = []
            column.type.appendText(row, place, to: &text)
            location.appendEscaped(text)
        }
        return String(decoding: location, as: UTF8.self)
    }
}
