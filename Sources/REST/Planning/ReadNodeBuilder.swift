internal import Access
internal import SQLite
internal import Store

/// Resolves a parsed query against the schema: embeds to relationships, names to columns, filters to conditions.
struct ReadNodeBuilder {
    let schema: Schema
    let configuration: RESTConfiguration
    let claims: Claims
    let query: ParsedQuery
    let now: Int64
    /// Paths of embeds that exist, as prefixes may name them.
    private var known: Set<[String]> = [[]]

    init(schema: Schema, configuration: RESTConfiguration, claims: Claims, query: ParsedQuery, now: Int64) {
        self.schema = schema
        self.configuration = configuration
        self.claims = claims
        self.query = query
        self.now = now
    }

    /// The whole tree. `page` of the root is the caller's.
    /// - Parameter readsWholeRows: whether the root's rows have every column in the table's order, as writes give them back.
    mutating func root(_ table: Table, readsWholeRows: Bool = false) throws(RequestError) -> ReadNode {
        let columns = ReadColumns(table: table, alias: table.name, readsAll: readsWholeRows)
        let node = try node(table, columns, depth: 0, paths: [[]], items: query.select ?? [.all])
        let scopes = query.filters.map(\.path) + query.orders.map(\.path) + query.limits.map(\.path) + query.offsets.map(\.path)
        for path in scopes where !known.contains(path) { throw .notEmbedded(path.last ?? "") }
        return node
    }

    /// - Parameters:
    ///   - columns: what is read of the table in any case.
    ///   - paths: how prefixes may name this node.
    private mutating func node(
        _ table: Table, _ columns: ReadColumns, depth: Int, paths: [[String]], items: [SelectItem]
    ) throws(RequestError) -> ReadNode {
        guard table.policy != nil || claims.role == .serviceRole else {
            throw .permission("table", table.name, isAnonymous: claims.role == .anon)
        }
        var node = ReadNode(
            table: table, alias: columns.alias, columns: [], shape: Shape(), visibility: table.visibility(of: .select, to: claims),
            condition: .always, order: SQLText())
        var columns = columns
        if items == [.field(.init(field: Field(name: "count")))], table.place(of: "count") == nil {
            // PostgreSQL's `t.count` notation, which no setting of aggregates forbids.
            columns.list = ["count(*)"]
            node.shape.members = [.init(name: "count", source: .cell(Cell(position: 0, type: .int8)))]
        } else {
            for item in items { try add(item, to: &node, &columns, depth: depth, paths: paths) }
        }
        node.columns = columns.list
        try restrict(&node, paths: paths)
        return node
    }

    private mutating func add(
        _ item: SelectItem, to node: inout ReadNode, _ columns: inout ReadColumns, depth: Int, paths: [[String]]
    ) throws(RequestError) {
        switch item {
        case .all:
            for column in node.table.columns {
                let cell = Cell(position: columns.position(of: column.index), type: column.type)
                node.shape.members.append(.init(name: column.name, source: .cell(cell)))
            }
        case .field(let field): node.shape.members.append(try columns.member(field))
        case .count: throw .aggregates
        case .embed(let embed):
            let number = try add(embed, to: &node, &columns, depth: depth, paths: paths)
            if embed.isSpread {
                guard node.embeds[number].relationship.isToOne else { throw .notImplemented("a spread of a to-many relationship") }
                node.shape.members.append(.init(name: embed.name, source: .spread(number)))
            } else if !embed.items.isEmpty {
                node.shape.members.append(.init(name: embed.name, source: .embed(number)))
            }
        }
    }

    /// - Returns: the number of the embed.
    private mutating func add(
        _ item: SelectItem.EmbedItem, to node: inout ReadNode, _ columns: inout ReadColumns, depth: Int, paths: [[String]]
    ) throws(RequestError) -> Int {
        let relationship = try schema.relationship(of: node.table, to: item.target, hint: item.hint, schema: configuration.schemaName)
        let names = Set([item.name, item.target, relationship.target.name])
        let inner = paths.flatMap { path in names.map { path + [$0] } }
        known.formUnion(inner)
        let alias = alias(of: relationship.target, depth: depth + 1)
        let child = try self.node(
            relationship.target, ReadColumns(table: relationship.target, alias: alias), depth: depth + 1, paths: inner, items: item.items)
        let positions = relationship.originColumns.map { columns.position(of: $0) }
        node.embeds.append(
            .init(
                node: child, relationship: relationship, isInner: item.join == .inner, names: names.sorted(), keyPositions: positions))
        return node.embeds.count - 1
    }

    /// `profiles_1`: another one at each depth, so that a table may be embedded in itself, and never the name of a table.
    private func alias(of table: Table, depth: Int) -> String {
        var alias = "\(table.name)_\(depth)"
        while schema.table(named: alias) != nil { alias += "_" }
        return alias
    }

    private func restrict(_ node: inout ReadNode, paths: [[String]]) throws(RequestError) {
        let compiler = FilterCompiler(
            table: node.table, name: node.alias, embeds: node.embeds.map(\.names), inValueLimit: configuration.inValues, now: now)
        var conditions: [Condition] = []
        for filter in query.filters where paths.contains(filter.path) { conditions.append(try compiler.condition(filter.value)) }
        node.condition = .all(conditions)
        if let order = query.orders.first(where: { paths.contains($0.path) }) { node.order = try self.order(order.value, of: node) }
        if let limit = query.limits.first(where: { paths.contains($0.path) })?.value {
            if limit < 0 { throw .range("Limit should be greater than or equal to zero.") }
            node.limit = limit
        }
        if configuration.maxRows > 0 { node.limit = min(node.limit ?? configuration.maxRows, configuration.maxRows) }
        node.offset = max(0, query.offsets.first { paths.contains($0.path) }?.value ?? 0)
    }

    private func order(_ terms: [OrderTerm], of node: ReadNode) throws(RequestError) -> SQLText {
        var sql = SQLText()
        for (index, term) in terms.enumerated() {
            sql.append(index == 0 ? " ORDER BY " : ", ")
            if let relation = term.relation {
                try append(term, by: relation, of: node, to: &sql)
            } else {
                sql.append(try node.expression(term.field))
            }
            sql.append(term.isDescending ? " DESC" : " ASC")
            sql.append(term.putsNullsFirst ? " NULLS FIRST" : " NULLS LAST")
        }
        return sql
    }

    private func append(_ term: OrderTerm, by relation: String, of node: ReadNode, to sql: inout SQLText) throws(RequestError) {
        guard let embed = node.embeds.first(where: { $0.names.contains(relation) }) else { throw .notEmbedded(relation) }
        guard embed.relationship.isToOne else { throw .relatedOrder(node.table.name, by: relation) }
        let related = try embed.node.related(embed.relationship, origin: node, column: try embed.node.expression(term.field))
        sql.append(related.text)
        sql.values += related.values
    }
}

extension ReadNode {
    /// An SQL expression for a column or a path into its JSON.
    func expression(_ field: Field) throws(RequestError) -> String {
        guard let place = table.place(of: field.name) else { throw .noColumn(field.name, of: alias) }
        return field.path.isEmpty ? quoted(place) : try table.columns[place].sql(path: field.path, alias: alias)
    }
}
