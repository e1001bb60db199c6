import Access
import Engine
import REST
import SQLite
import Store
import Testing

/// A request as one line, `GET upload_queue?select=id`, with what differs from the usual.
struct Ask: Sendable, CustomTestStringConvertible {
    var line: String
    var headers: [String: String] = [:]
    var body = ""
    var claims = Claims(role: .operator, subject: nil)

    init(_ line: String, _ headers: [String: String] = [:], body: String = "", as claims: Claims? = nil) {
        self.line = line
        self.headers = headers
        self.body = body
        if let claims { self.claims = claims }
    }

    var testDescription: String {
        line + (headers.isEmpty ? "" : " \(headers.sorted { $0.key < $1.key })") + (body.isEmpty ? "" : " \(body)")
    }

    static let alice = Claims(role: .authenticated, subject: Array(Fixture.alice.utf8))
    static let anon = Claims.anonymous()

    var request: RESTRequest {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        let parts = (words.count > 1 ? words[1] : "").split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let headers = headers
        return RESTRequest(
            method: words.first ?? "", path: (parts.first ?? "").split(separator: "/", omittingEmptySubsequences: false).map(String.init),
            query: QueryItem.items(of: Array((parts.count > 1 ? parts[1] : "").utf8)), header: { headers[$0] }, body: Array(body.utf8),
            claims: claims)
    }

    func plan(_ service: RESTService = Fixture.service()) -> RESTPlan {
        service.plan(request, now: 1_768_471_200_000_000, replyTo: ReplyAddress(listener: 1, token: 2))
    }

    /// The answer of a request that is decided without data or reads it.
    func answer(_ service: RESTService = Fixture.service()) throws -> RESTResponse {
        switch plan(service) {
        case .answer(let response): return response
        case .read(let plan): return try plan.run(on: TemporaryDatabase().reader)
        case .write:
            Issue.record("a write was planned: \(testDescription)")
            return RESTResponse(status: 0)
        }
    }

    /// The mutation of a request that writes.
    func mutation(_ service: RESTService = Fixture.service()) throws -> (Mutation, WritePlan) {
        switch plan(service) {
        case .write(let mutation, let plan): return (mutation, plan)
        case .answer(let response):
            Issue.record("\(testDescription) was answered \(response.status) \(response.text)")
        case .read: Issue.record("a read was planned: \(testDescription)")
        }
        throw PlanMismatch()
    }
}

struct PlanMismatch: Error {}

extension RESTResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
}
