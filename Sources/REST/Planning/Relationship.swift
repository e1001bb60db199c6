internal import Store

/// How rows of one table belong to rows of another, as a foreign key says.
struct Relationship: Sendable {
    enum Cardinality: String, Sendable {
        case manyToOne = "many-to-one"
        case oneToOne = "one-to-one"
        case oneToMany = "one-to-many"
        case manyToMany = "many-to-many"
    }

    /// The table in between and its two foreign keys' columns.
    struct Junction: Sendable {
        var table: Table
        var originColumns: [Int]
        var targetColumns: [Int]
    }

    var cardinality: Cardinality
    /// The constraint's name.
    var name: String
    var originColumns: [Int]
    var target: Table
    var targetColumns: [Int]
    var junction: Junction?

    /// Whether each row has at most one match.
    var isToOne: Bool { cardinality == .manyToOne || cardinality == .oneToOne }

    /// PGRST201's sentence on it.
    func sentence(origin: Table) -> String {
        func columns(_ table: Table, _ places: [Int]) -> String {
            "\(table.name)(\(places.map { table.columns[$0].name }.joined(separator: ", ")))"
        }
        guard let junction else {
            return "\(name) using \(columns(origin, originColumns)) and \(columns(target, targetColumns))"
        }
        let table = junction.table
        return "\(table.name) using \(columns(table, junction.originColumns)) and \(columns(table, junction.targetColumns))"
    }
}

extension Schema {
    /// Every relationship of `origin`, by foreign keys in schema order.
    func relationships(of origin: Table) -> [Relationship] {
        var found: [Relationship] = []
        for table in tables {
            for key in table.foreignKeys {
                if table === origin, let (target, columns) = ends(of: key) {
                    let cardinality: Relationship.Cardinality = table.isUnique(key.columns) ? .oneToOne : .manyToOne
                    found.append(
                        Relationship(
                            cardinality: cardinality, name: key.name, originColumns: key.columns, target: target, targetColumns: columns))
                }
                if key.target == origin.name, let (_, columns) = ends(of: key) {
                    let cardinality: Relationship.Cardinality = table.isUnique(key.columns) ? .oneToOne : .oneToMany
                    found.append(
                        Relationship(
                            cardinality: cardinality, name: key.name, originColumns: columns, target: table, targetColumns: key.columns))
                }
            }
        }
        return found + manyToMany(of: origin)
    }

    private func manyToMany(of origin: Table) -> [Relationship] {
        var found: [Relationship] = []
        for table in tables {
            for (first, left) in table.foreignKeys.enumerated() where left.target == origin.name {
                for (second, right) in table.foreignKeys.enumerated() where second != first {
                    guard Set(left.columns + right.columns).isSubset(of: table.primaryKey), let (_, originColumns) = ends(of: left),
                        let (target, targetColumns) = ends(of: right)
                    else { continue }
                    found.append(
                        Relationship(
                            cardinality: .manyToMany, name: table.name, originColumns: originColumns, target: target,
                            targetColumns: targetColumns,
                            junction: .init(table: table, originColumns: left.columns, targetColumns: right.columns)))
                }
            }
        }
        return found
    }

    /// The table that a key points to, and the places of the columns there.
    private func ends(of key: ForeignKey) -> (Table, [Int])? {
        guard let target = table(named: key.target) else { return nil }
        let columns = key.targetColumns.isEmpty ? target.primaryKey : key.targetColumns.compactMap(target.place)
        return columns.count == key.columns.count ? (target, columns) : nil
    }

    /// The one relationship that `target` and `hint` name.
    /// - Throws: PGRST200 for none, PGRST201 for several.
    func relationship(of origin: Table, to target: String, hint: String?, schema: String) throws(RequestError) -> Relationship {
        let candidates = relationships(of: origin).filter { $0.answers(to: target, hint: hint, origin: origin) }
        guard let first = candidates.first else { throw .noRelationship(origin.name, target, hint: hint, schema: schema) }
        guard candidates.count == 1 else { throw .ambiguousRelationship(origin, target, candidates) }
        return first
    }
}

extension Relationship {
    fileprivate func answers(to word: String, hint: String?, origin: Table) -> Bool {
        let originColumn = originColumns.count == 1 ? origin.columns[originColumns[0]].name : nil
        let targetColumn = targetColumns.count == 1 ? target.columns[targetColumns[0]].name : nil
        let isSelf = origin === target
        guard let hint else {
            // A table's own name means its children; the parent is reached by the key's column.
            if word == target.name { return !(isSelf && isToOne) }
            return junction == nil && (word == name || (cardinality == .manyToOne || cardinality == .oneToOne) && word == originColumn)
        }
        guard word == target.name else { return false }
        if let junction { return hint == junction.table.name }
        if isSelf, isToOne, hint == originColumn { return false }
        return hint == name || hint == originColumn || hint == targetColumn
    }
}

extension Table {
    /// Whether these columns are the primary key or a unique constraint's, in any order.
    func isUnique(_ columns: [Int]) -> Bool {
        let wanted = Set(columns)
        return wanted == Set(primaryKey) || uniques.contains { Set($0.columns) == wanted }
    }
}
