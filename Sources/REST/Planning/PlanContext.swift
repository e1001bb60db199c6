internal import Access
internal import Engine
internal import Store

/// One request on its way to a plan, with what every kind of request needs.
struct PlanContext {
    let request: RESTRequest
    let schema: Schema
    let configuration: RESTConfiguration
    let now: Int64
    let replyTo: ReplyAddress?
    let preferences: Preferences
    /// `Content-Profile` of the answer, when the request named the schema.
    let profile: [RESTResponse.Header]

    var claims: Claims { request.claims }
    var isAnonymous: Bool { claims.role == .anon }
    var isHead: Bool { request.method == "HEAD" }

    init(_ request: RESTRequest, service: RESTService, now: Int64, replyTo: ReplyAddress?) throws(RequestError) {
        guard service.configuration.roles.contains(request.claims.role) else { throw .unknownRole(request.claims.role) }
        self.request = request
        schema = service.schema
        configuration = service.configuration
        self.now = now
        self.replyTo = replyTo
        preferences = Preferences(request.header("prefer"))
        let isRead = request.method == "GET" || request.method == "HEAD"
        if let profile = request.header(isRead ? "accept-profile" : "content-profile") {
            guard profile == configuration.schemaName else { throw .schema(profile, exposed: configuration.schemaName) }
            self.profile = [.init("Content-Profile", profile)]
        } else {
            profile = []
        }
    }

    func plan() throws(RequestError) -> RESTPlan {
        let path = request.path
        switch path.count {
        case 0: throw .root
        case 1 where path[0].isEmpty: throw .root
        case 1: return try planTable(path[0])
        case 2 where path[0] == "rpc": return try planCall(path[1])
        default: throw .path
        }
    }

    private func planTable(_ name: String) throws(RequestError) -> RESTPlan {
        switch request.method {
        case "GET", "HEAD": return try planRead(name)
        case "PATCH": return try planUpdate(name)
        case "POST": return try planInsert(name)
        case "DELETE": return try planDelete(name)
        case "PUT": return try planReplacement(name)
        case "OPTIONS":
            _ = try table(name)
            return .answer(RESTResponse(status: 200, headers: [.init("Allow", "OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE")]))
        default: throw .method(request.method)
        }
    }

    /// The query string, with its number of filters checked.
    func parsedQuery(isCall: Bool = false) throws(RequestError) -> ParsedQuery {
        let query = try ParsedQuery(request.query, isCall: isCall)
        let limit = configuration.filterTerms
        if limit > 0, query.filters.reduce(0, { $0 + $1.value.count }) > limit { throw .tooMany("filters", limit: limit) }
        return query
    }

    func table(_ name: String) throws(RequestError) -> Table {
        if let table = schema.table(named: name) { return table }
        throw .unknownTable(name, nearest: Spelling.nearest(to: name, among: schema.tables.map(\.name)), schema: configuration.schemaName)
    }

    /// A table without a file in the configuration is for the service role only.
    func checkPrivilege(on table: Table) throws(RequestError) {
        guard table.policy != nil || claims.role == .serviceRole else { throw .permission("table", table.name, isAnonymous: isAnonymous) }
    }

    /// The root's filters as a condition on `table`; those of embeds are the representation's.
    func condition(_ query: ParsedQuery, on table: Table) throws(RequestError) -> Condition {
        let compiler = FilterCompiler(table: table, name: table.name, inValueLimit: configuration.inValues, now: now)
        if query.filters.count == 1, query.filters[0].path.isEmpty { return try compiler.condition(query.filters[0].value) }
        var conditions: [Condition] = []
        for filter in query.filters {
            guard filter.path.isEmpty else {
                guard query.hasEmbeds else { throw .notEmbedded(filter.path.last ?? "") }
                continue
            }
            conditions.append(try compiler.condition(filter.value))
        }
        return .all(conditions)
    }

    /// The root's filters where they must be decided row by row in memory or inside a write.
    func predicate(_ query: ParsedQuery, on table: Table) throws(RequestError) -> Predicate {
        guard let predicate = try condition(query, on: table).predicate else {
            throw .notImplemented("a filter on a JSON path, or cs, cd or ov, in a write or on a function")
        }
        return predicate
    }
}
