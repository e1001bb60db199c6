package import Engine
internal import Access
package import Store

/// The PostgREST dialect: requests in, plans out. Pure: no sockets, no threads, no clock.
///
/// Source: docs/REST.md. Errors win in its order: role, path, schema, syntax, body, table, embeds, columns, preferences, media type,
/// privilege, values.
package struct RESTService: Sendable {
    let schema: Schema
    let configuration: RESTConfiguration

    package init(schema: Schema, configuration: RESTConfiguration) {
        self.schema = schema
        self.configuration = configuration
    }

    /// - Parameters:
    ///   - now: microseconds since 1970, for the literals `now` and `today`.
    ///   - replyTo: where the outcome of a mutation goes.
    package func plan(_ request: RESTRequest, now: Int64, replyTo: ReplyAddress?) -> RESTPlan {
        do throws(RequestError) {
            let context = try PlanContext(request, service: self, now: now, replyTo: replyTo)
            return try context.plan()
        } catch {
            return .answer(error.response(isHead: request.method == "HEAD"))
        }
    }
}
