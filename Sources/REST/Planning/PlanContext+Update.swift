internal import Engine
internal import Store

extension PlanContext {
    func planUpdate(_ name: String) throws(RequestError) -> RESTPlan {
        let query = try parsedQuery()
        let payload = try Payload(request, limits: configuration.json)
        let table = try table(name)
        let first = payload.objects.first
        let columns = try RowColumns(table, names: query.columns, first: first, missing: preferences.missing, isInsert: false, now: now)
        try preferences.checkStrict()
        let write = try tableWrite(.update, table, query)
        try checkPrivilege(on: table)
        let predicate = try predicate(query, on: table)
        guard let first, !columns.columns.isEmpty else { return try answerNothing(write) }
        let values = try columns.values(of: first)
        var assignments: [Mutation.Assignment] = []
        assignments.reserveCapacity(values.count)
        for (column, value) in zip(columns.columns, values) { assignments.append(.init(column: column, value: value)) }
        let update = Mutation.Update(table: table, assignments: assignments, predicate: predicate, returning: write.returning)
        return try propose(.update(update), write)
    }

    /// The body is not looked at: some clients send one.
    func planDelete(_ name: String) throws(RequestError) -> RESTPlan {
        let query = try parsedQuery()
        let table = try table(name)
        try preferences.checkStrict()
        let write = try tableWrite(.delete, table, query)
        try checkPrivilege(on: table)
        let delete = Mutation.Delete(table: table, predicate: try predicate(query, on: table), returning: write.returning)
        return try propose(.delete(delete), write)
    }

    /// How a write of `table` will be answered.
    func tableWrite(_ kind: TableWrite.Kind, _ table: Table, _ query: ParsedQuery) throws(RequestError) -> TableWrite {
        let media = try MediaType(accepting: request.header("accept"))
        var write = TableWrite(
            kind: kind, table: table, media: media, countsAll: preferences.count != nil, byteLimit: configuration.responseBytes)
        let embeds = try embeds(query, of: table)
        if preferences.returning == .representation {
            write.body = .rows(try Representation(query, of: table, embeds: embeds))
        } else if preferences.returning == .headersOnly, case .insert = kind {
            write.body = .location
        }
        if case .update = kind { write.affectedLimit = preferences.affectedLimit }
        if case .delete = kind { write.affectedLimit = preferences.affectedLimit }
        return write
    }

    /// The query's tree, if it embeds anything.
    private func embeds(_ query: ParsedQuery, of table: Table) throws(RequestError) -> ReadNode? {
        guard query.hasEmbeds else { return nil }
        var builder = ReadNodeBuilder(schema: schema, configuration: configuration, claims: claims, query: query, now: now)
        return try builder.root(table, readsWholeRows: true)
    }

    /// The root's order, for rows in memory.
    func rowOrder(_ query: ParsedQuery, of table: Table) throws(RequestError) -> RowOrder? {
        guard let order = query.orders.first(where: { $0.path.isEmpty }) else { return nil }
        return try RowOrder(order.value, in: table)
    }

    func propose(_ kind: Mutation.Kind, _ write: TableWrite) throws(RequestError) -> RESTPlan {
        let mutation = Mutation(kind, actor: claims, idempotency: try idempotency(), replyTo: replyTo)
        return .write(mutation, writePlan(.table(write), headers: headers(of: write)))
    }

    func writePlan(_ source: WritePlan.Source, headers: [RESTResponse.Header]) -> WritePlan {
        WritePlan(source: source, headers: headers, actor: claims, epoch: configuration.epoch)
    }

    /// The answer to a write that changes nothing whatever the table holds.
    func answerNothing(_ write: TableWrite) throws(RequestError) -> RESTPlan {
        var response = try write.response(Applied())
        response.headers += headers(of: write)
        return .answer(response)
    }

    private func headers(of write: TableWrite) -> [RESTResponse.Header] {
        var headers: [RESTResponse.Header] = []
        switch write.kind {
        case .insert: headers = preferences.applied(to: .insert(resolves: true))
        case .replace, .delete: headers = preferences.applied(to: .delete)
        case .update: headers = preferences.applied(to: .update)
        }
        if write.hasBody { headers += profile }
        return headers
    }
}
