import Frames
import System

@testable import Transport

/// A loop on a free port with a delegate that reports what happens to it and does what the test asks for.
///
/// HTTP: `/echo` answers with what it understood of the request; `/later` and `/never` leave the exchange to the test; `/status/N` answers
/// with N and a body. WebSocket: `/refused` is refused with 401; on every other path text and binary messages come back, except on
/// `/silent…`.
final class TestServer: Sendable {
    enum Event: Sendable, Equatable {
        case request(String, ExchangeID)
        case opened(ConnectionID, String)
        case received(ConnectionID, Int)
        case drained(ConnectionID)
        case dropped(ConnectionID, tag: Int32, mark: Int64)
        case closed(ConnectionID, Int)
        case woken
        case timer(UInt64)
    }

    typealias Action = @Sendable (EventLoop) -> Void

    let handle: LoopHandle
    private let events: Mailbox<Event>
    private let actions: Mailbox<Action>

    init(_ change: (inout TransportLimits) -> Void = { _ in }) throws {
        var limits = TransportLimits()
        change(&limits)
        let events = Mailbox<Event>(byteLimit: .max)
        let actions = Mailbox<Action>(byteLimit: .max)
        let listener = try Listener.open(ListenAddress(host: "127.0.0.1", port: 0))
        handle = try EventLoop.start(index: 0, listener: listener, limits: limits) {
            TestDelegate(events: events, actions: actions)
        }
        self.events = events
        self.actions = actions
    }

    var port: UInt16 { handle.port }

    func client(receiveBufferBytes: Int32? = nil) -> TestClient {
        TestClient(port: port, receiveBufferBytes: receiveBufferBytes)
    }

    /// A connection that has been opened, and its id.
    func connection(_ path: String = "/socket", receiveBufferBytes: Int32? = nil) -> (TestClient, ConnectionID) {
        let client = client(receiveBufferBytes: receiveBufferBytes)
        client.open(path)
        while true {
            if case .opened(let id, path) = next() { return (client, id) }
        }
    }

    /// Runs `action` on the loop and waits until it has run.
    func onLoop<Answer: Sendable>(_ action: @escaping @Sendable (EventLoop) -> Answer) -> Answer {
        let answers = Mailbox<Answer>(byteLimit: .max)
        _ = actions.put({ loop in _ = answers.put(action(loop), bytes: 0) }, bytes: 0)
        handle.wake()
        guard let answer = answers.takeAll(waitUpTo: Self.patience).first else { preconditionFailure("the loop does not answer") }
        return answer
    }

    /// Events in order, each once.
    private let pending = Locked<[Event]>([])

    func next() -> Event? {
        if pending.withLock({ $0.isEmpty }) {
            let more = events.takeAll(waitUpTo: Self.patience)
            pending.withLock { $0 += more }
        }
        return pending.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }

    /// The first event that `pick` takes; others are passed over. `nil` when none comes in time.
    func first<Answer>(_ pick: (Event) -> Answer?) -> Answer? {
        while let event = next() {
            if let answer = pick(event) { return answer }
        }
        return nil
    }

    func closeCode(of id: ConnectionID) -> Int? {
        first { event in
            if case .closed(id, let code) = event { code } else { nil }
        }
    }

    func stop() {
        _ = actions.put({ $0.stop() }, bytes: 0)
        handle.wake()
        handle.join()
    }

    /// 10 s, far beyond what anything here takes.
    static let patience: Int64 = 10_000_000_000
}

private final class TestDelegate: LoopDelegate {
    private let events: Mailbox<TestServer.Event>
    private let actions: Mailbox<TestServer.Action>
    private unowned var loop: EventLoop?
    private var silent: Set<ConnectionID> = []
    private var replies = FrameBlockBuilder()

    init(events: Mailbox<TestServer.Event>, actions: Mailbox<TestServer.Action>) {
        self.events = events
        self.actions = actions
    }

    private func report(_ event: TestServer.Event) {
        _ = events.put(event, bytes: 0)
    }

    func started(_ loop: EventLoop) { self.loop = loop }

    func request(_ request: HTTPRequest, _ exchange: ExchangeID) {
        let path = String(decoding: request.path, as: UTF8.self)
        report(.request(path, exchange))
        switch path {
        case "/later", "/never": break
        case _ where path.hasPrefix("/status/"):
            let response = HTTPResponse(
                status: Int(path.dropFirst(8)) ?? 500, headers: [("Content-Type", "text/plain"), ("X-Split", "a\r\nb: c")],
                body: Array("body".utf8))
            loop?.respond(exchange, response)
        default: loop?.respond(exchange, HTTPResponse(status: 200, body: Array(Self.description(of: request).utf8)))
        }
    }

    static func description(of request: HTTPRequest) -> String {
        let query = request.query.map { item in
            let name = String(decoding: item.name, as: UTF8.self)
            return item.hasEquals ? "[\(name)]=[\(String(decoding: item.value, as: UTF8.self))]" : "[\(name)]"
        }
        let path = String(decoding: request.path, as: UTF8.self)
        return ([request.method.name, path] + query + [String(decoding: request.body, as: UTF8.self)]).joined(separator: " ")
    }

    func upgrade(_ request: HTTPRequest) -> UpgradeDecision {
        request.path == Array("/refused".utf8)
            ? .refuse(HTTPResponse(status: 401, headers: [("Content-Type", "application/json")], body: Array("{\"no\":1}".utf8)))
            : .accept
    }

    func opened(_ id: ConnectionID, _ request: HTTPRequest) {
        let path = String(decoding: request.path, as: UTF8.self)
        if path.hasPrefix("/silent") { silent.insert(id) }
        report(.opened(id, path))
    }

    func received(_ id: ConnectionID, _ message: [UInt8], binary: Bool) {
        report(.received(id, message.count))
        guard !silent.contains(id) else { return }
        replies.append(binary ? .binary : .text, payload: message)
        let block = replies.take()
        loop?.send(block, 0..<block.count, to: id)
    }

    func drained(_ id: ConnectionID) { report(.drained(id)) }
    func dropped(_ id: ConnectionID, tag: Int32, mark: Int64) { report(.dropped(id, tag: tag, mark: mark)) }
    func closed(_ id: ConnectionID, code: UInt16) { report(.closed(id, Int(code))) }
    func timer(_ key: UInt64) { report(.timer(key)) }

    func woken() {
        guard let loop else { return }
        report(.woken)
        for action in actions.takeAll(waitUpTo: 0) { action(loop) }
    }
}
