internal import Access
internal import REST
internal import SQLite
internal import Store

extension Reader {
    /// Runs a planned read on one snapshot.
    func run(_ plan: ReadPlan, as actor: Claims) -> RESTResponse {
        do throws(SQLiteError) {
            return try snapshot(as: actor) { (snapshot) throws(SQLiteError) in plan.run(snapshot) }
        } catch {
            return RequestError(error, isAnonymous: actor.role == .anon).response()
        }
    }
}
