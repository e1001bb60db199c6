internal import Store

/// Which columns of a table a statement reads, each once, in the order of first need.
struct ReadColumns {
    let table: Table
    /// What the statement and messages call the table.
    let alias: String
    /// As SQL.
    var list: [String] = []
    private var positions: [Int: Int] = [:]

    /// - Parameter readsAll: whether every column is read, in the table's order.
    init(table: Table, alias: String, readsAll: Bool = false) {
        self.table = table
        self.alias = alias
        if readsAll { for column in table.columns { _ = position(of: column.index) } }
    }

    /// Where the column stands in the rows that are read.
    mutating func position(of column: Int) -> Int {
        if let position = positions[column] { return position }
        positions[column] = list.count
        list.append(SQLText.quoted(alias) + "." + SQLText.quoted(table.columns[column].name))
        return list.count - 1
    }

    mutating func member(_ item: SelectItem.FieldItem) throws(RequestError) -> Shape.Member {
        try Shape.Member(item, of: table, name: alias) { column in position(of: column) }
    }
}

extension Shape.Member {
    /// - Parameters:
    ///   - name: the table's name in messages.
    ///   - position: where a column stands in the rows.
    init(_ item: SelectItem.FieldItem, of table: Table, name: String, position: (Int) -> Int) throws(RequestError) {
        guard item.aggregate == nil else { throw .aggregates }
        guard let place = table.place(of: item.field.name) else { throw .noColumn(item.field.name, of: name) }
        var cell = Cell(position: position(place), type: table.columns[place].type, path: item.field.path)
        if let cast = item.cast {
            guard let type = ColumnType(parameter: cast) else { throw .noType(cast) }
            cell.cast = type
        }
        self.init(name: item.alias ?? item.field.outputName, source: .cell(cell))
    }
}

extension Field {
    /// The last key of the path; before an index the nearest key, else the column.
    var outputName: String {
        for step in path.reversed() {
            if case .name(let name) = step.key { return String(decoding: name, as: UTF8.self) }
        }
        return name
    }
}

extension Shape {
    /// The shape of rows that hold every column of `table` in its order: what writes and functions give back.
    init(_ items: [SelectItem], of table: Table) throws(RequestError) {
        for item in items {
            switch item {
            case .all:
                members += table.columns.map { Member(name: $0.name, source: .cell(Cell(position: $0.index, type: $0.type))) }
            case .field(let field): members.append(try Member(field, of: table, name: table.name) { $0 })
            case .count: throw .aggregates
            case .embed(let embed): throw .notImplemented("embedding '\(embed.target)' in what a function gives back")
            }
        }
    }
}
