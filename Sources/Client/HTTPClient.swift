/// Sends requests to one broker and waits for each answer; keeps its connection between them. One thread.
package final class HTTPClient {
    private static let idempotent: Set<String> = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]

    private static let carriesBody: Set<String> = ["POST", "PUT", "PATCH"]

    private let url: BrokerURL
    private let timeout: Duration
    private let bodyByteLimit: Int
    private var kept: Connection?

    /// - Parameters:
    ///   - timeout: for each request as a whole, connecting included; the resolver's own time aside.
    ///   - bodyByteLimit: longer answers are an error.
    package init(_ url: BrokerURL, timeout: Duration = .seconds(10), bodyByteLimit: Int = 64 << 20) {
        self.url = url
        self.timeout = timeout
        self.bodyByteLimit = bodyByteLimit
    }

    /// The answer to one request, whatever its status.
    ///
    /// When a kept connection turns out to be dead, what may be repeated is repeated once on a new one; a POST or PATCH is not.
    /// - Parameter path: with its query, percent-encoded.
    package func request(
        _ method: String, _ path: String, headers: [(String, String)] = [], body: [UInt8]? = nil
    ) throws(ClientError) -> HTTPAnswer {
        let body = body ?? (Self.carriesBody.contains(method) ? [] : nil)
        let request = try HTTPRequest.bytes(method, path, to: url, headers: headers, body: body)
        let deadline = Deadline(after: timeout)
        if let connection = takeKept() {
            do throws(ClientError) {
                return try exchange(request, method, on: connection, by: deadline)
            } catch {
                guard case .connectionLost = error, connection.count == 0, Self.idempotent.contains(method) else { throw error }
            }
        }
        return try exchange(request, method, on: Connection(to: url, by: deadline), by: deadline)
    }

    private func takeKept() -> Connection? {
        defer { kept = nil }
        guard let kept, !kept.isDisturbed else { return nil }
        return kept
    }

    private func exchange(
        _ request: [UInt8], _ method: String, on connection: Connection, by deadline: Deadline
    ) throws(ClientError) -> HTTPAnswer {
        try connection.write(request, by: deadline)
        let reader = HTTPAnswerReader(connection: connection, deadline: deadline, bodyByteLimit: bodyByteLimit)
        let head = try reader.readHead()
        let body = try reader.readBody(of: head, method: method)
        if HTTPAnswerReader.keepsAlive(head, method: method) { kept = connection }
        return HTTPAnswer(status: head.status, headers: head.headers, body: body)
    }
}
