internal import Access
internal import Engine
internal import JSON
internal import SQLite
internal import Store

extension PlanContext {
    func planCall(_ name: String) throws(RequestError) -> RESTPlan {
        switch request.method {
        case "GET", "HEAD":
            let query = try parsedQuery(isCall: true)
            return try plan(FunctionCall(name, query.arguments, self), query)
        case "POST":
            let query = try parsedQuery()
            let payload = try Payload(request, limits: configuration.json, isCall: true)
            return try plan(FunctionCall(name, payload.objects.first, self), query)
        case "OPTIONS":
            guard let function = schema.functions[name] else { throw noFunction(name, []) }
            let methods = function.isReadOnly ? "OPTIONS,GET,HEAD,POST" : "OPTIONS,POST"
            return .answer(RESTResponse(status: 200, headers: [.init("Allow", methods)]))
        case "PATCH", "PUT", "DELETE": throw .methodOnFunction(request.method)
        default: throw .method(request.method)
        }
    }

    private func plan(_ call: FunctionCall, _ query: ParsedQuery) throws(RequestError) -> RESTPlan {
        let function = call.function
        try preferences.checkStrict()
        let answer = try answer(function, query)
        guard function.mayBeCalled(by: claims) || isRefusalAudited(function) else {
            throw .permission("function", function.name, isAnonymous: isAnonymous)
        }
        guard function.isReadOnly || request.method == "POST" else { throw .readOnly(function.writingVerb) }
        let arguments = try call.arguments(now: now)
        let headers = preferences.applied(to: .call) + (function.result == .void ? [] : profile)
        if function.isReadOnly {
            let read = FunctionRead(
                function: function, arguments: arguments, answer: answer, grants: grants(function, arguments),
                isGranted: function.isGranted(to: claims.role))
            return .read(
                ReadPlan(
                    source: .function(read), headers: headers, isHead: isHead, actor: claims, epoch: configuration.epoch))
        }
        let mutation = Mutation(
            .call(Mutation.Call(function: function, arguments: arguments)), actor: claims, idempotency: try idempotency(), replyTo: replyTo)
        return .write(mutation, writePlan(.function(answer), headers: headers))
    }

    /// Whether a call that the caller's role forbids goes to the engine all the same, to be refused there and put on record. An app's
    /// bare key puts nothing on record: anybody may hold it.
    private func isRefusalAudited(_ function: Function) -> Bool {
        function.audit != nil && !function.isReadOnly && !isAnonymous && request.method == "POST"
    }

    /// How the result will be answered.
    private func answer(_ function: Function, _ query: ParsedQuery) throws(RequestError) -> FunctionAnswer {
        let media = try MediaType(accepting: request.header("accept"))
        let isSet = function.result.isSet
        if preferences.affectedLimit != nil, !isSet { throw .maxAffectedOfSingle }
        // What these two refuse has to be undone, which only the engine could do.
        if !function.isReadOnly, isSet, media.isObject || preferences.affectedLimit != nil {
            throw .notImplemented("a single object or max-affected of a writing function that returns a set")
        }
        var answer = FunctionAnswer(
            result: function.result, media: media, page: try page(query), countsAll: preferences.count != nil,
            affectedLimit: preferences.affectedLimit, byteLimit: configuration.responseBytes)
        guard let table = try schema.resultTable(of: function) else { return answer }
        answer.shape = try Shape(query.select ?? [.all], of: table)
        answer.table = table
        if !query.filters.isEmpty { answer.predicate = try predicate(query, on: table) }
        answer.order = try rowOrder(query, of: table)
        return answer
    }

    /// The conditions of which one must hold for a caller whose role is not enough.
    private func grants(_ function: Function, _ arguments: [Value]) -> [SQLText] {
        return function.ownerGrants.compactMap { grant in
            guard let table = schema.table(named: grant.table), let owner = table.policy?.access.owner, table.primaryKey.count == 1,
                let place = function.parameters.firstIndex(where: { $0.name == grant.parameter }), let subject = claims.subject
            else { return nil }
            let key = Predicate.and([
                .compare(column: table.primaryKey[0], .equal, arguments[place]), .compare(column: owner, .equal, .text(subject)),
            ])
            var sql = SQLText("SELECT count(*) FROM \(SQLText.quoted(table.name)) WHERE ")
            key.appendSQL(to: &sql, table: table)
            return sql
        }
    }

    func noFunction(_ name: String, _ given: [String]) -> RequestError {
        .noFunction(
            name, arguments: Array(Set(given)), isJSONBody: request.method == "POST", known: schema.functions,
            schema: configuration.schemaName)
    }
}

extension Schema {
    /// The table whose rows a function gives, or one made of its result's columns; nil for void.
    func resultTable(of function: Function) throws(RequestError) -> Table? {
        func made(_ columns: [FunctionResultType.ResultColumn]) -> Table {
            let columns = columns.enumerated().map {
                Column(index: $0, name: $1.name, type: $1.type, isNotNull: false, defaultSQL: nil)
            }
            return Table(id: 0, name: function.name, columns: columns, primaryKey: [0], policy: nil)
        }
        switch function.result {
        case .void: return nil
        case .scalar(let type), .setOfScalar(let type): return made([.init(name: function.name, type: type)])
        case .table(let columns): return made(columns)
        case .row(let name), .setOfRows(let name):
            guard let table = table(named: name) else { throw .unknownTable(name, nearest: nil, schema: "public") }
            return table
        }
    }
}
