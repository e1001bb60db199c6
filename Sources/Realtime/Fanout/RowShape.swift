internal import JSON
internal import SQLite
internal import Store

/// Writes changes of a table with certain columns as the `data` object, each at most once per way it is seen. Confined to the loop.
///
/// Source: supabase/realtime lib/extensions/postgres_cdc_rls/message_dispatcher.ex.
final class RowShape {
    struct Key: Hashable {
        let table: Int
        let columns: [Int]
    }

    /// What makes two encodings of one change differ.
    struct Variant: Hashable {
        var presentation: Presentation
        var showsSequence: Bool
        /// The 413 form: of the records only values of at most 64 bytes.
        var isReduced = false
    }

    private struct Encoding {
        var variant: Variant
        var serial: Int
        var bytes: [UInt8]
    }

    let key: Key
    /// How many subscriptions use the shape.
    var users = 0
    private let table: Table
    /// From the opening brace to the type's opening quote.
    private let head: [UInt8]
    /// From the commit time's closing quote to the end of the columns.
    private let middle: [UInt8]
    /// `"name":` of every column of the table.
    private let names: [[UInt8]]
    private var encodings: [Encoding] = []

    private static let reducedValueBytes = 64

    init(_ table: Table, columns: [Int]) {
        key = Key(table: table.id, columns: columns)
        self.table = table
        var head: [UInt8] = []
        head.appendText("{\"schema\":\"public\",\"table\":")
        head.appendJSONString(table.name)
        head.appendText(",\"type\":\"")
        self.head = head
        var middle: [UInt8] = []
        middle.appendText("\",\"columns\":[")
        for (place, column) in columns.enumerated() {
            if place > 0 { middle.appendText(",") }
            middle.appendText("{\"name\":")
            middle.appendJSONString(table.columns[column].name)
            middle.appendText(",\"type\":")
            middle.appendJSONString(table.columns[column].type.wireName)
            middle.appendText("}")
        }
        middle.appendText("]")
        self.middle = middle
        names = table.columns.map { column in
            var name: [UInt8] = []
            name.appendJSONString(column.name)
            name.appendText(":")
            return name
        }
    }

    /// The place of the change's encoding, made now unless it was made for the same `serial` already.
    /// - Parameter serial: a number that the caller gives to one look at one change.
    /// - Returns: the place, and whether it was made now.
    func encode(_ change: Change, as variant: Variant, serial: Int, epoch: Epoch) -> (place: Int, isNew: Bool) {
        let place = encodings.firstIndex { $0.variant == variant }
        if let place, encodings[place].serial == serial { return (place, false) }
        let target = place ?? encodings.count
        if place == nil { encodings.append(Encoding(variant: variant, serial: serial, bytes: [])) }
        encodings[target].serial = serial
        encodings[target].bytes.removeAll(keepingCapacity: encodings[target].bytes.capacity <= 65_536)
        append(change, variant, epoch, to: &encodings[target].bytes)
        return (target, true)
    }

    func byteCount(at place: Int) -> Int { encodings[place].bytes.count }

    func append(at place: Int, to output: inout [UInt8]) { output.append(contentsOf: encodings[place].bytes) }

    private func append(_ change: Change, _ variant: Variant, _ epoch: Epoch, to output: inout [UInt8]) {
        output.append(contentsOf: head)
        switch variant.presentation.kind {
        case .insert: output.appendText("INSERT")
        case .update: output.appendText("UPDATE")
        case .delete: output.appendText("DELETE")
        }
        output.appendText("\",\"commit_timestamp\":\"")
        CommitTime.append(change.committedAt, to: &output)
        output.append(contentsOf: middle)
        if variant.presentation.kind != .delete, let new = change.new {
            output.appendText(",\"record\":")
            append(new, key.columns, change, variant, epoch, to: &output)
        }
        if let (old, columns) = oldRecord(of: change, variant.presentation.old) {
            output.appendText(",\"old_record\":")
            append(old, columns, change, variant, epoch, to: &output)
        }
        output.appendText(variant.isReduced ? ",\"errors\":[\"Error 413: Payload Too Large\"]" : ",\"errors\":null")
        output.appendText(",\"sequence\":")
        output.appendDecimal(change.sequence.rawValue)
        output.appendText(",\"epoch\":\"")
        output.appendText(epoch.rawValue)
        output.appendText("\",\"actor\":{\"role\":")
        output.appendJSONString(change.actor.role)
        output.appendText(",\"sub\":")
        if let subject = change.actor.subject { output.appendJSONString(subject) } else { output.appendText("null") }
        output.appendText("}}")
    }

    private func oldRecord(of change: Change, _ form: Presentation.OldRecord) -> (row: Row, columns: [Int])? {
        switch form {
        case .absent: nil
        case .keyOfOld: change.old.map { ($0, table.primaryKey.sorted()) }
        case .keyOfNew: change.new.map { ($0, table.primaryKey.sorted()) }
        case .whole: change.old.map { ($0, key.columns) }
        }
    }

    private func append(
        _ row: Row, _ columns: [Int], _ change: Change, _ variant: Variant, _ epoch: Epoch, to output: inout [UInt8]
    ) {
        output.appendText("{")
        var isFirst = true
        for column in columns where column < row.count {
            let start = output.count
            if !isFirst { output.appendText(",") }
            output.append(contentsOf: names[column])
            let valueStart = output.count
            table.columns[column].type.appendRealtimeJSON(row, column, to: &output)
            if variant.isReduced, output.count - valueStart > Self.reducedValueBytes {
                output.removeSubrange(start...)
            } else {
                isFirst = false
            }
        }
        if variant.showsSequence {
            output.appendText(isFirst ? "\"_sequence\":" : ",\"_sequence\":")
            output.appendDecimal(change.sequence.rawValue)
            output.appendText(",\"_epoch\":\"")
            output.appendText(epoch.rawValue)
            output.appendText("\"")
        }
        output.appendText("}")
    }
}
