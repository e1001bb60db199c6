internal import Access
internal import Engine
internal import REST
internal import Realtime
internal import Store
internal import System
internal import Transport

/// One event loop's side of the broker: routes requests, drives the hub, hands answers back. Loop thread only.
final class LoopGateway {
    let services: Services
    /// This loop among the broker's loops; also its place in `services.mailboxes`.
    let index: Int
    /// The engine's name for this loop, in reply addresses.
    let listener: Int
    unowned let loop: EventLoop
    private(set) lazy var hub = Hub(
        schema: services.schema, epochs: services.epochs, head: services.engine.head, limits: services.realtimeLimits,
        verifier: services.authenticator.verifier, listener: listener, outlet: self)
    /// REST requests whose mutation is with the engine, by token.
    private var waitingWrites: [UInt64: WaitingWrite] = [:]
    private var lastWrite: UInt64 = 0

    struct WaitingWrite {
        let exchange: ExchangeID
        let plan: WritePlan
        let headers: [(String, String)]
    }

    /// Tokens of REST writes carry this bit; the hub's do not.
    static let restToken: UInt64 = 1 << 63

    init(services: Services, index: Int, listener: Int, loop: EventLoop) {
        self.services = services
        self.index = index
        self.listener = listener
        self.loop = loop
    }

    var now: Int64 { WallTime.microseconds() }

    // MARK: Mail of other threads

    func takeMail() {
        for message in services.mailboxes[index].take() {
            switch message {
            case .block(let block, let replies):
                for reply in replies { take(reply) }
                hub.deliver(block)
            case .response(let exchange, let response): loop.respond(exchange, response)
            case .called(let token, let outcome): hub.replied(token, outcome)
            case .replayed(let page): hub.replayed(page)
            case .broadcast(let message): hub.deliver(broadcast: message)
            case .drain: drain()
            case .stop: loop.stop()
            }
        }
    }

    private func take(_ reply: Reply) {
        guard reply.token & Self.restToken != 0 else { return hub.replied(reply.token, reply.outcome) }
        guard let waiting = waitingWrites.removeValue(forKey: reply.token) else { return }
        guard waiting.plan.needsReader else { return respond(to: waiting, waiting.plan.response(for: reply.outcome)) }
        let mailbox = services.mailboxes[index]
        let isQueued = services.readers.submit { reader in
            let response = waiting.plan.response(for: reply.outcome, on: reader)
            mailbox.put(.response(waiting.exchange, HTTPResponse(response, adding: waiting.headers)))
        }
        if !isQueued { respond(to: waiting, waiting.plan.responseWithoutReader(for: reply.outcome)) }
    }

    private func respond(to waiting: WaitingWrite, _ response: RESTResponse) {
        loop.respond(waiting.exchange, HTTPResponse(response, adding: waiting.headers))
    }

    /// The next token of a REST write.
    func nextWrite() -> UInt64 {
        lastWrite += 1
        return lastWrite | Self.restToken
    }

    /// Keeps a request until the engine has answered. False when the engine takes no more.
    func propose(_ mutation: Mutation, byteCount: Int, token: UInt64, for waiting: WaitingWrite) -> Bool {
        guard services.engine.propose(mutation, byteCount: byteCount) else { return false }
        waitingWrites[token] = waiting
        return true
    }

    // MARK: Ending

    /// Clients are told to come back elsewhere; the loop goes on until `stop`, so that answers under way still leave.
    private func drain() {
        loop.stopAccepting()
        hub.drain()
    }
}

extension SessionID {
    init(_ id: ConnectionID) { self.init(rawValue: id.rawValue) }
}
