internal import Engine
internal import JSON
internal import SQLite
internal import Store

/// `{"table", "values", "filter", "all", "returning", "on_conflict", "ignore_duplicates"}` of a write.
struct WriteFields {
    let table: Table
    let returning: Mutation.Returning
    private let fields: JSONView
    private let limits: RealtimeLimits

    init(_ fields: JSONView, schema: Schema, limits: RealtimeLimits) throws(Rejection) {
        guard let name = fields["table"]?.string else { throw Rejection(code: "PGRST102", message: "the table's name is missing") }
        guard let table = schema.table(named: name) else {
            throw Rejection(code: "PGRST205", message: "Could not find the table 'public.\(name)' in the schema cache")
        }
        self.table = table
        self.fields = fields
        self.limits = limits
        returning = Mutation.Returning(rows: fields["returning"]?.isTrue ?? false)
    }

    func kind(_ event: ClientEvent) throws(Rejection) -> Mutation.Kind {
        switch event {
        case .insert: .insert(try insert(conflict: nil))
        case .upsert: .insert(try insert(conflict: try conflict()))
        case .update:
            .update(.init(table: table, assignments: try assignments(), predicate: try predicate("UPDATE"), returning: returning))
        case .delete: .delete(.init(table: table, predicate: try predicate("DELETE"), returning: returning))
        default: preconditionFailure("only writing events are parsed as writes")
        }
    }

    /// One object or a list of them; a column that only some of them name is left to its default in the others.
    private func insert(conflict: Mutation.Conflict?) throws(Rejection) -> Mutation.Insert {
        let values = fields["values"]
        let objects = values?.kind == .object ? [values].compactMap { $0 } : values?.elements ?? []
        guard !objects.isEmpty, objects.allSatisfy({ $0.kind == .object }) else {
            throw Rejection(code: "PGRST102", message: "values must be an object, or a list of objects")
        }
        var columns: [Int] = []
        var places: [Int: Int] = [:]
        for object in objects {
            try object.forEachMember { (key, _) throws(Rejection) in
                let column = try place(of: key)
                guard places[column] == nil else { return }
                places[column] = columns.count
                columns.append(column)
            }
        }
        var rows: [[Value?]] = []
        for object in objects {
            var row = [Value?](repeating: nil, count: columns.count)
            try object.forEachMember { (key, value) throws(Rejection) in
                let column = try place(of: key)
                guard let place = places[column] else { return }
                row[place] = try CallFields.value(value, table.columns[column].type)
            }
            rows.append(row)
        }
        return Mutation.Insert(table: table, columns: columns, rows: rows, conflict: conflict, returning: returning)
    }

    private func place(of key: JSONView) throws(Rejection) -> Int {
        let name = key.string ?? ""
        guard let column = table.place(of: name) else {
            throw Rejection(code: "PGRST204", message: "Could not find the '\(name)' column of '\(table.name)' in the schema cache")
        }
        return column
    }

    private func conflict() throws(Rejection) -> Mutation.Conflict {
        var columns = table.primaryKey
        if let names = fields["on_conflict"]?.string {
            columns = []
            for name in names.split(separator: ",") {
                let trimmed = String(name.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
                guard let column = table.place(of: trimmed) else {
                    throw Rejection(code: "42703", message: "column \"\(trimmed)\" does not exist")
                }
                columns.append(column)
            }
        }
        return fields["ignore_duplicates"]?.isTrue ?? false ? .ignore(columns: columns) : .merge(columns: columns)
    }

    private func assignments() throws(Rejection) -> [Mutation.Assignment] {
        guard let values = fields["values"], values.kind == .object else {
            throw Rejection(code: "PGRST102", message: "values must be an object")
        }
        var assignments: [Mutation.Assignment] = []
        try values.forEachMember { (key, value) throws(Rejection) in
            let column = try place(of: key)
            let assignment = Mutation.Assignment(column: column, value: try CallFields.value(value, table.columns[column].type))
            assignments.removeAll { $0.column == column }
            assignments.append(assignment)
        }
        return assignments
    }

    /// A write of many rows must say so. Source: github.com/eradman/pg-safeupdate for code and text.
    private func predicate(_ verb: String) throws(Rejection) -> Predicate {
        let filter: Filter
        do throws(FilterError) {
            let terms = try FilterTerm.terms(of: fields["filter"]?.utf8 ?? [], limit: limits.filterTerms)
            filter = try Filter(terms, table: table, limits: limits)
        } catch { throw error.rejection(table: table) }
        guard !filter.isEmpty || fields["all"]?.isTrue == true else {
            throw Rejection(code: "21000", message: "\(verb) requires a WHERE clause", hint: "Send a filter, or \"all\": true.")
        }
        return filter.predicate
    }
}
