internal import JSON
internal import SQLite
internal import Store

/// Reads an embed's rows for one parent row after the other, by one prepared statement that takes the parent's key.
///
/// Many small statements are the cheap way in SQLite, and they obey the embed's own order, limit and offset. What a to-one embed gave
/// for a key is kept, since many parents share theirs.
final class EmbedReader {
    private let embed: ReadNode.Embed
    private let reader: RowReader
    private let sql: SQLText
    private let inner: [EmbedReader]
    private var known: [Row: [UInt8]] = [:]

    private init(_ embed: ReadNode.Embed, reader: RowReader) throws(RequestError) {
        self.embed = embed
        self.reader = reader
        sql = try embed.node.matches(embed.relationship)
        inner = try Self.all(of: embed.node, reader: reader)
    }

    static func all(of node: ReadNode, reader: RowReader) throws(RequestError) -> [EmbedReader] {
        var readers: [EmbedReader] = []
        for embed in node.embeds { readers.append(try EmbedReader(embed, reader: reader)) }
        return readers
    }

    /// Whether the parent stays: an inner embed drops those without a match.
    func keeps(_ parent: Row) throws(RequestError) -> Bool {
        guard embed.isInner else { return true }
        var hasMatch = false
        try forEachMatch(key(of: parent)) { (_) throws(RequestError) in hasMatch = true }
        return hasMatch
    }

    func append(for parent: Row, _ mode: BodyWriter.EmbedMode, to output: inout [UInt8]) throws(RequestError) {
        let key = key(of: parent)
        if embed.relationship.isToOne, let bytes = known[key] {
            output += bytes
            return
        }
        let start = output.count
        switch mode {
        case .members: try appendMembers(key, to: &output)
        case .value where embed.relationship.isToOne: try appendObject(key, to: &output)
        case .value: try appendArray(key, to: &output)
        }
        if embed.relationship.isToOne { known[key] = Array(output[start...]) }
    }

    private func key(of parent: Row) -> Row {
        var builder = Row.Builder(columns: embed.keyPositions.count)
        for position in embed.keyPositions { builder.append(parent, position) }
        return builder.take()
    }

    private func appendArray(_ key: Row, to output: inout [UInt8]) throws(RequestError) {
        output.append(UInt8(ascii: "["))
        var isFirst = true
        try forEachMatch(key) { (row) throws(RequestError) in
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            try embed.node.shape.appendObject(row, to: &output, embed: appendInner(row))
        }
        output.append(UInt8(ascii: "]"))
    }

    private func appendObject(_ key: Row, to output: inout [UInt8]) throws(RequestError) {
        let start = output.count
        try forEachMatch(key) { (row) throws(RequestError) in
            guard output.count == start else { return }
            try embed.node.shape.appendObject(row, to: &output, embed: appendInner(row))
        }
        if output.count == start { output.appendText("null") }
    }

    private func appendMembers(_ key: Row, to output: inout [UInt8]) throws(RequestError) {
        var hasRow = false
        try forEachMatch(key) { (row) throws(RequestError) in
            guard !hasRow else { return }
            hasRow = true
            try embed.node.shape.appendMembers(row, to: &output, embed: appendInner(row))
        }
        guard !hasRow else { return }
        for (index, member) in embed.node.shape.members.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            output.appendKey(member.name)
            output.appendText("null")
        }
    }

    private func appendInner(_ row: Row) -> BodyWriter.EmbedWriter {
        { [inner] (number, mode, output) throws(RequestError) in try inner[number].append(for: row, mode, to: &output) }
    }

    private func forEachMatch(_ key: Row, _ body: (Row) throws(RequestError) -> Void) throws(RequestError) {
        // A null key matches nothing.
        guard !(0..<key.count).contains(where: key.isNull) else { return }
        try reader.forEachRow(SQLText(sql.text, values: key.values + sql.values), body)
    }
}
