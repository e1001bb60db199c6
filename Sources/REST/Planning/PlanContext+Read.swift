internal import Store

extension PlanContext {
    func planRead(_ name: String) throws(RequestError) -> RESTPlan {
        let query = try parsedQuery()
        let page = try page(query)
        let table = try table(name)
        try preferences.checkStrict()
        let media = try MediaType(accepting: request.header("accept"))
        var builder = ReadNodeBuilder(schema: schema, configuration: configuration, claims: claims, query: query, now: now)
        let node = try builder.root(table)
        let canonical = request.query.canonical
        var headers = [RESTResponse.Header("Content-Location", canonical.isEmpty ? "/\(name)" : "/\(name)?\(canonical)")]
        headers += preferences.applied(to: .read)
        headers += profile
        let read = TableRead(
            node: node, page: page, countsAll: preferences.count != nil, isHead: isHead, media: media,
            byteLimit: configuration.responseBytes)
        return .read(ReadPlan(source: .table(read), headers: headers, isHead: isHead, actor: claims, epoch: configuration.epoch))
    }

    /// The root's page.
    func page(_ query: ParsedQuery) throws(RequestError) -> Page {
        try Page(
            limit: query.limits.first { $0.path.isEmpty }?.value, offset: query.offsets.first { $0.path.isEmpty }?.value,
            rangeHeader: request.method == "GET" ? request.header("range") : nil, maxRows: configuration.maxRows)
    }
}
