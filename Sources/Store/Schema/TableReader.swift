import SQLite

/// Reads a table's columns and keys back from the file, and refuses what the broker could not serve faithfully.
struct TableReader {
    let connection: Connection
    let name: String
    /// The text of CREATE TABLE.
    let sql: String

    struct Shape {
        var columns: [Column]
        var primaryKey: [Int]
        var uniques: [UniqueConstraint]
        var foreignKeys: [ForeignKey]
        var checks: [CheckConstraint]

        func place(of name: String) -> Int? { columns.firstIndex { $0.name.lowercased() == name.lowercased() } }
    }

    func read() throws(ConfigurationError) -> Shape {
        let tokens = SQLTokenizer.tokens(of: Array(sql.utf8))
        if tokens.dropFirst().first?.isWord("virtual") == true { throw refused("virtual tables are not served") }
        if tokens.suffix(4).contains(where: { $0.isWord("rowid") }) { throw refused("WITHOUT ROWID tables are not served") }
        var shape = try columns()
        let definition = TableDefinition(table: name, columns: shape.columns.map(\.name), sql: sql)
        shape.checks = definition.checks
        shape.uniques = try uniques(shape, definition)
        shape.foreignKeys = try foreignKeys(shape, definition)
        return shape
    }

    func refused(_ message: String) -> ConfigurationError { ConfigurationError(file: "migrations", message: "table \(name): \(message)") }

    private func rows(_ sql: String, _ arguments: String...) throws(ConfigurationError) -> [Row] {
        do throws(SQLiteError) {
            let statement = try connection.prepare(sql)
            for (index, argument) in arguments.enumerated() { try statement.bind(.text(argument), at: index + 1) }
            var rows: [Row] = []
            while try statement.step() { rows.append(statement.row()) }
            return rows
        } catch {
            throw refused(error.description)
        }
    }

    private func text(_ row: Row, _ column: Int) -> String { row.value(at: column).string ?? "" }

    // MARK: Columns

    private func columns() throws(ConfigurationError) -> Shape {
        let rows = try rows("SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid", name)
        var columns: [Column] = []
        var keyed: [(order: Int64, place: Int)] = []
        for (index, row) in rows.enumerated() {
            let column = try column(index, row)
            columns.append(column)
            if let order = row.integer(at: 4), order > 0 { keyed.append((order, index)) }
        }
        let primaryKey = keyed.sorted { $0.order < $1.order }.map(\.place)
        guard !primaryKey.isEmpty else { throw refused("needs a PRIMARY KEY") }
        if let place = primaryKey.first, primaryKey.count == 1, text(rows[place], 1).lowercased() == "integer" {
            // SQLite's own row number: never NULL, though the schema does not say so.
            columns[place] = columns[place].notNull
        }
        for place in primaryKey where !columns[place].isNotNull {
            throw refused("column \(columns[place].name) of the primary key must be NOT NULL")
        }
        return Shape(columns: columns, primaryKey: primaryKey, uniques: [], foreignKeys: [], checks: [])
    }

    private func column(_ index: Int, _ row: Row) throws(ConfigurationError) -> Column {
        let (column, declared) = (text(row, 0), text(row, 1))
        guard row.integer(at: 5) != 2 else { throw refused("column \(column) is generated as VIRTUAL; declare it STORED") }
        guard let type = ColumnType(declared: declared) else {
            throw refused("column \(column) has the type \"\(declared)\"; types are two words, such as uuid text or numeric real")
        }
        try checkAffinity(column, declared, type)
        let collation = connection.collation(of: column, in: name)?.lowercased()
        let expected = type == .numeric(isText: true) ? "numeric" : "binary"
        guard collation == expected else {
            throw refused("column \(column) compares by \(collation ?? "nothing"), but \(type.wireName) needs COLLATE \(expected)")
        }
        let defaultSQL = row.isNull(at: 3) ? nil : text(row, 3)
        return Column(
            index: index, name: column, type: type, isNotNull: row.integer(at: 2) == 1, defaultSQL: defaultSQL,
            defaultValue: try defaultSQL.map { (sql) throws(ConfigurationError) in try literal(sql, column, declared, type) } ?? .null,
            isGenerated: row.integer(at: 5) == 3)
    }

    /// The value of a default that calls no function. One that is not canonical would make every row that uses it unwritable.
    private func literal(_ sql: String, _ column: String, _ declared: String, _ type: ColumnType) throws(ConfigurationError) -> Value {
        let tokens = SQLTokenizer.tokens(of: Array(sql.utf8))
        let isCall = zip(tokens, tokens.dropFirst()).contains { $0.kind == .word && $1.isPunctuation("(") }
        guard !isCall, let row = try rows("SELECT CAST((\(sql)) AS \(declared))").first else { return .null }
        guard type.isCanonical(row, 0) else {
            throw refused("column \(column) has the default \(sql), which is no canonical \(type.sqlName)")
        }
        return row.value(at: 0)
    }

    /// Asks SQLite itself which affinity it derives. Source: sqlite.org/datatype3.html §3.1.
    private func checkAffinity(_ column: String, _ declared: String, _ type: ColumnType) throws(ConfigurationError) {
        let probe = try rows("SELECT typeof(CAST('1' AS \(declared))), typeof(CAST('1.5' AS \(declared)))").first
        let answers = probe.map { (text($0, 0), text($0, 1)) } ?? ("", "")
        let affinity =
            switch answers {
            case ("text", _): "text"
            case ("blob", _): "blob"
            case ("integer", "integer"): "integer"
            case ("real", _): "real"
            default: "numeric"
            }
        // The text of an array begins with a bracket, which no affinity turns into a number.
        if case .array = type, affinity != "blob" { return }
        guard affinity == type.storage.rawValue else {
            throw refused("column \(column) is declared \(declared), which SQLite stores as \(affinity), not as \(type.storage.rawValue)")
        }
    }

    // MARK: Keys

    private func uniques(_ shape: Shape, _ definition: TableDefinition) throws(ConfigurationError) -> [UniqueConstraint] {
        let keyNames = shape.primaryKey.map { shape.columns[$0].name }
        var uniques = [
            UniqueConstraint(name: definition.name(of: .primary, keyNames), columns: shape.primaryKey, isPrimaryKey: true)
        ]
        let indexes = try rows("SELECT name, origin, partial FROM pragma_index_list(?) WHERE \"unique\" = 1 ORDER BY seq DESC", name)
        for index in indexes where text(index, 1) != "pk" && index.integer(at: 2) == 0 {
            let parts = try rows("SELECT cid FROM pragma_index_info(?) ORDER BY seqno", text(index, 0))
            let places = parts.map { Int($0.integer(at: 0) ?? -1) }
            // An index over an expression is no constraint that a row could be named by.
            guard places.allSatisfy(shape.columns.indices.contains) else { continue }
            let names = places.map { shape.columns[$0].name }
            let constraint = text(index, 1) == "u" ? definition.name(of: .unique, names) : text(index, 0)
            uniques.append(UniqueConstraint(name: constraint, columns: places, isPrimaryKey: false))
        }
        return uniques
    }

    private func foreignKeys(_ shape: Shape, _ definition: TableDefinition) throws(ConfigurationError) -> [ForeignKey] {
        let rows = try rows("SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list(?) ORDER BY id DESC, seq", name)
        var keys: [(id: Int64, target: String, from: [String], to: [String])] = []
        for row in rows {
            let id = row.integer(at: 0) ?? 0
            if keys.last?.id != id { keys.append((id, text(row, 1), [], [])) }
            keys[keys.count - 1].from.append(text(row, 2))
            if !row.isNull(at: 3) { keys[keys.count - 1].to.append(text(row, 3)) }
        }
        var found: [ForeignKey] = []
        for key in keys {
            let places = key.from.compactMap(shape.place)
            let names = places.map { shape.columns[$0].name }
            let target = try targetColumns(key.target, key.to)
            found.append(
                ForeignKey(name: definition.name(of: .foreign, names), columns: places, target: key.target, targetColumns: target))
        }
        return found
    }

    /// A foreign key without columns means the target's primary key.
    private func targetColumns(_ target: String, _ written: [String]) throws(ConfigurationError) -> [String] {
        let columns = try rows("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", target).map { text($0, 0) }
        if written.isEmpty {
            guard !columns.isEmpty else { throw refused("refers to \(target), which has no primary key or does not exist") }
            return columns
        }
        return written
    }
}

extension Column {
    fileprivate var notNull: Column {
        Column(
            index: index, name: name, type: type, isNotNull: true, defaultSQL: defaultSQL, defaultValue: defaultValue,
            isGenerated: isGenerated)
    }
}
