import Access
import Client
import JSON
import SQLite
import Store
import Synchronization
import System
import Testing
import Transport

@testable import Broker

private final class Counter: Sendable {
    let value = Atomic<Int64>(0)
}

/// A broker in this process, on a port of its own.
private final class Served {
    let configuration: TemporaryFolder
    let data: TemporaryFolder
    let broker: Broker
    let url: BrokerURL

    init(_ overrides: [String] = []) throws {
        configuration = try .configuration()
        data = try TemporaryFolder()
        Signals.ignoreBrokenPipes()
        broker = try Broker.start(
            configuration: configuration.path, data: data.path, overrides: ["listen=127.0.0.1:0", "log.level=critical"] + overrides)
        url = try BrokerURL(broker.url)
    }

    func insert(_ client: HTTPClient) throws(ClientError) -> HTTPAnswer { try insertNote(client, token: broker.serviceToken) }

    /// A thread that inserts row after row until the broker is gone, and counts those that were acknowledged.
    func startWriter(_ answered: Counter) throws -> System.Thread {
        let (url, token) = (url, broker.serviceToken)
        return try Thread.start(name: "writer") { insertUntilTheEnd(url, token, answered) }
    }

    func socket(_ token: String? = nil) throws -> WebSocketClient {
        try WebSocketClient(url, "/realtime/v1/websocket?vsn=2.0.0", apikey: token ?? broker.serviceToken)
    }

    /// A token of somebody, signed with the broker's own secret.
    func token(subject: String) throws -> String {
        let now = WallTime.microseconds() / 1_000_000
        return try DataFolder(path: data.path).secrets(given: nil).signer.sign(
            role: .authenticated, subject: subject, issuedAt: now, expiresAt: now + 600)
    }

    func rowCount() throws -> Int64 {
        let connection = try Connection(path: DataFolder(path: data.path).database, mode: .readOnly)
        let statement = try connection.prepare("SELECT count(*) FROM notes")
        return try statement.step() ? statement.integer(0) : -1
    }
}

private func insertNote(_ client: HTTPClient, token: String) throws(ClientError) -> HTTPAnswer {
    let row: JSONValue = ["id": .string(String(decoding: Randomness.uuid(), as: UTF8.self)), "body": "x"]
    return try client.request(
        "POST", "/rest/v1/notes", headers: [("Authorization", "Bearer \(token)"), ("Content-Type", "application/json")],
        body: row.bytes)
}

private func insertUntilTheEnd(_ url: BrokerURL, _ token: String, _ answered: Counter) {
    let client = HTTPClient(url)
    while let answer = try? insertNote(client, token: token) {
        if answer.status == 201 { answered.value.add(1, ordering: .relaxed) }
    }
}

@Suite("Serving", .serialized)
struct ServingTests {
    @Test("answers when it says so, and not after it ended") func serves() throws {
        let served = try Served()
        let client = HTTPClient(served.url)
        #expect(try client.request("GET", "/readyz").status == 200)
        #expect(try served.insert(client).status == 201)
        #expect(try client.request("GET", "/nothing").status == 404)
        #expect(try client.request("GET", "/rest/v1/notes").status == 401)
        #expect(served.broker.drain())
        #expect(throws: ClientError.self) { try HTTPClient(served.url).request("GET", "/healthz") }
    }

    @Test("refuses a data folder and a port that are taken, whatever the number of loops", arguments: [1, 2])
    func taken(_ loops: Int) throws {
        let served = try Served(["loops=\(loops)"])
        let other = try TemporaryFolder()
        #expect(throws: DataFolderInUse.self) {
            try Broker.start(configuration: served.configuration.path, data: served.data.path, overrides: ["listen=127.0.0.1:0"])
        }
        let error = #expect(throws: TransportError.self) {
            try Broker.start(
                configuration: served.configuration.path, data: other.path,
                overrides: ["listen=\(served.broker.url.dropFirst("http://".count))", "loops=\(loops)"])
        }
        #expect(error?.description.contains("address already in use") == true)
        #expect(!File(DataFolder(path: other.path).database).exists)
        #expect(served.broker.drain())
    }

    @Test("counts a user's sockets over all loops") func users() throws {
        let served = try Served(["limits.connectionsPerUser=2", "loops=2"])
        let (ada, grace) = (try served.token(subject: "ada"), try served.token(subject: "grace"))
        let sockets = [try served.socket(ada), try served.socket(ada), try served.socket(grace)]
        #expect(throws: ClientError.upgradeRefused(status: 429, message: "Too many connected users")) { try served.socket(ada) }
        for socket in sockets { socket.close() }
        #expect(served.broker.drain())
    }

    @Test("ends with 1012 for sockets, an answer for each write that it took, and without those who never leave")
    func drains() throws {
        let served = try Served(["loops=2"])
        let sockets = try (0..<3).map { _ in try served.socket() }
        // Never answers its close frame: the drain goes on without it.
        let silent = try served.socket()
        let answered = Counter()
        let writers = try (0..<4).map { _ in try served.startWriter(answered) }
        while answered.value.load(ordering: .relaxed) < 50 { #expect(try HTTPClient(served.url).request("GET", "/healthz").status == 200) }
        let start = MonotonicTime.nanoseconds()
        #expect(served.broker.drain())
        #expect(MonotonicTime.nanoseconds() - start < 10_000_000_000)
        for writer in writers { writer.join() }
        #expect(try served.rowCount() == answered.value.load(ordering: .relaxed))
        for socket in sockets {
            #expect(throws: ClientError.closed(code: 1012, reason: "service restart")) { try socket.receive(within: .seconds(5)) }
        }
        withExtendedLifetime(silent) {}
    }
}
