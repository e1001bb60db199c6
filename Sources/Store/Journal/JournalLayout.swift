import JSON
package import SQLite

/// The columns of a row image in the journal, by name, and their places in the table as it is today.
package struct JournalLayout: Sendable {
    /// What `sluice_layouts.columns` holds for images of the table as it is today: a JSON array of the columns' names.
    package static func text(of table: Table) -> String {
        var output: [UInt8] = [UInt8(ascii: "[")]
        for column in table.columns {
            if column.index > 0 { output.append(UInt8(ascii: ",")) }
            output.appendJSONString(column.name)
        }
        output.append(UInt8(ascii: "]"))
        return String(decoding: output, as: UTF8.self)
    }

    /// How many columns an image has.
    package let count: Int
    /// For each column of today its place in the image; nil when it was added later.
    private let places: [Int?]
    private let isTodays: Bool
    private let table: Table

    /// Nil when the text is no list of names.
    package init?(text: [UInt8], table: Table) {
        guard let names = try? JSONDocument(parsing: text).root, names.kind == .array else { return nil }
        var known: [String: Int] = [:]
        for (place, name) in names.elements.enumerated() {
            guard let name = name.string else { return nil }
            known[name] = place
        }
        count = names.count
        places = table.columns.map { known[$0.name] }
        isTodays = count == table.columns.count && places.enumerated().allSatisfy { $0 == $1 }
        self.table = table
    }

    /// An image as a row of the table today: columns added since have their default, dropped ones are gone.
    package func today(_ image: Row) -> Row {
        if isTodays { return image }
        var builder = Row.Builder(columns: places.count, reserving: image.bytes.count)
        for (column, place) in zip(table.columns, places) {
            if let place, place < image.count { builder.append(image, place) } else { builder.append(column.defaultValue) }
        }
        return builder.take()
    }
}
