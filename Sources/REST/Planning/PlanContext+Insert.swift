internal import Engine
internal import SQLite
internal import Store

extension PlanContext {
    func planInsert(_ name: String) throws(RequestError) -> RESTPlan {
        let query = try parsedQuery()
        let payload = try Payload(request, limits: configuration.json)
        let table = try table(name)
        let columns = try RowColumns(
            table, names: query.columns, first: payload.objects.first, missing: preferences.missing, isInsert: true, now: now)
        try preferences.checkStrict()
        let write = try tableWrite(.insert(resolution: preferences.resolution), table, query)
        try checkPrivilege(on: table)
        let conflict = try conflict(query, in: table)
        guard !payload.objects.isEmpty else { return try answerNothing(write) }
        var rows: [[Value?]] = []
        rows.reserveCapacity(payload.objects.count)
        for object in payload.objects { rows.append(try columns.values(of: object)) }
        if case .merge(let target) = conflict { try checkDistinct(rows, columns.columns, target) }
        let insert = Mutation.Insert(table: table, columns: columns.columns, rows: rows, conflict: conflict, returning: write.returning)
        return try propose(.insert(insert), write)
    }

    /// What `resolution` and `on_conflict` ask for.
    private func conflict(_ query: ParsedQuery, in table: Table) throws(RequestError) -> Mutation.Conflict? {
        guard let resolution = preferences.resolution else { return nil }
        var target = table.primaryKey
        if let names = query.onConflict {
            target = []
            for name in names {
                guard let place = table.place(of: name) else { throw .noColumn(name, of: table.name) }
                target.append(place)
            }
            guard table.isUnique(target) else { throw .noConflictTarget }
        }
        return resolution == .merge ? .merge(columns: target) : .ignore(columns: target)
    }

    /// PostgreSQL refuses to merge twice into one row; known here as far as the payload tells.
    private func checkDistinct(_ rows: [[Value?]], _ columns: [Int], _ target: [Int]) throws(RequestError) {
        guard rows.count > 1 else { return }
        let places = target.compactMap(columns.firstIndex)
        guard places.count == target.count else { return }
        var seen: Set<[Value?]> = []
        for row in rows {
            let key = places.map { row[$0] }
            guard !key.contains(where: { $0?.isNull ?? true }) else { continue }
            guard seen.insert(key).inserted else { throw .repeatedConflictKey }
        }
    }

    /// PUT: the one row that the filters name by its whole primary key, inserted or replaced.
    func planReplacement(_ name: String) throws(RequestError) -> RESTPlan {
        let query = try parsedQuery()
        let payload = try Payload(request, limits: configuration.json)
        let table = try table(name)
        guard query.limits.isEmpty, query.offsets.isEmpty else { throw .putRange }
        let key = try replacementKey(query, of: table)
        let columns = try RowColumns(
            table, names: query.columns, first: payload.objects.first, missing: preferences.missing, isInsert: true, now: now)
        try preferences.checkStrict()
        let write = try tableWrite(.replace, table, query)
        try checkPrivilege(on: table)
        guard payload.objects.count == 1, let object = payload.objects.first else { throw .putKey }
        let row = try columns.values(of: object)
        for (place, value) in zip(table.primaryKey, key) {
            guard let slot = columns.columns.firstIndex(of: place), row[slot] == value else { throw .putKey }
        }
        let insert = Mutation.Insert(
            table: table, columns: columns.columns, rows: [row], conflict: .merge(columns: table.primaryKey), returning: write.returning)
        return try propose(.insert(insert), write)
    }

    /// The values of the primary key's columns, in key order.
    private func replacementKey(_ query: ParsedQuery, of table: Table) throws(RequestError) -> [Value] {
        var values: [Value] = []
        for place in table.primaryKey {
            let column = table.columns[place]
            let filters = query.filters.filter { scoped in
                guard scoped.path.isEmpty, case .filter(let filter) = scoped.value, !filter.isNegated,
                    filter.field == Field(name: column.name), case .compare(.equal, nil, _) = filter.operation
                else { return false }
                return true
            }
            guard filters.count == 1, case .filter(let filter) = filters[0].value, case .compare(_, _, let text) = filter.operation else {
                throw .putFilters
            }
            do throws(TypeError) { values.append(try column.type.parse(text: text, now: now)) } catch { throw RequestError(error) }
        }
        guard query.filters.count == values.count else { throw .putFilters }
        return values
    }
}
