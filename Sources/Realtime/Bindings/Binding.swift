internal import Store

/// A binding that is served: its id and what it means for each of its tables.
struct Binding {
    let id: BindingID
    let spec: BindingSpec
    let scopes: [Scope]

    /// The binding on one table.
    struct Scope {
        let table: Table
        let filter: Filter
        /// Columns shown, in table order, the primary key always among them.
        let columns: [Int]
    }

    /// - Throws: what the channel is told when the schema does not have what the spec names.
    init(_ spec: BindingSpec, id: BindingID, schema: Schema, limits: RealtimeLimits) throws(BindingError) {
        self.id = id
        self.spec = spec
        let tables = Self.tables(spec, schema)
        guard !tables.isEmpty else { throw .notServed(spec) }
        var scopes: [Scope] = []
        for table in tables {
            do throws(FilterError) {
                let filter = try Filter(spec.filter, table: table, limits: limits)
                scopes.append(Scope(table: table, filter: filter, columns: try Self.columns(spec, table)))
            } catch {
                throw .exception(error.exception ?? "", spec)
            }
        }
        self.scopes = scopes
    }

    /// Only what `realtime: true` opens; all tables are in the schema `public`.
    private static func tables(_ spec: BindingSpec, _ schema: Schema) -> [Table] {
        guard spec.schema == "public" || (spec.schema == "*" && spec.table == "*") else { return [] }
        return schema.tables.filter { $0.policy?.isRealtime == true && (spec.table == "*" || $0.name == spec.table) }
    }

    private static func columns(_ spec: BindingSpec, _ table: Table) throws(FilterError) -> [Int] {
        guard let select = spec.select else { return Array(table.columns.indices) }
        var columns = Set(table.primaryKey)
        for name in select {
            guard let column = table.place(of: name) else { throw .unknownSelection(name) }
            columns.insert(column)
        }
        return columns.sorted()
    }

    /// The row that the binding is about, when its filter is exactly an equality on each column of the key.
    var row: (table: Table, key: RowKey)? {
        guard scopes.count == 1, let scope = scopes.first, let key = scope.filter.key(in: scope.table) else { return nil }
        return (scope.table, key)
    }
}
