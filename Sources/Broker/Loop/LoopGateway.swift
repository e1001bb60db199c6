internal import Access
internal import Engine
internal import REST
internal import Realtime
internal import Store
internal import System
internal import Telemetry
internal import Transport

/// One event loop's side of the broker: routes requests, drives the hub, hands answers back. Loop thread only.
final class LoopGateway {
    let services: Services
    /// This loop among the broker's loops; also its place in `services.mailboxes`.
    let index: Int
    /// The engine's name for this loop, in reply addresses.
    let listener: Int
    unowned let loop: EventLoop
    let authenticator: Authenticator
    private(set) lazy var hub = Hub(
        schema: services.schema, epochs: services.epochs, head: services.engine.head, limits: services.realtimeLimits,
        verifier: services.verifier, listener: listener, outlet: self)
    /// Whose sockets are open here.
    var sockets: [ConnectionID: Claims] = [:]
    /// REST requests whose mutation is with the engine, by token.
    private var waitingWrites: [UInt64: WaitingWrite] = [:]
    private var lastWrite: UInt64 = 0

    /// Tokens of REST writes carry this bit; the hub's do not.
    private static let restToken: UInt64 = 1 << 63

    init(services: Services, index: Int, listener: Int, loop: EventLoop) {
        self.services = services
        self.index = index
        self.listener = listener
        self.loop = loop
        authenticator = Authenticator(verifier: services.verifier)
    }

    /// Microseconds since 1970.
    var now: Int64 { WallTime.microseconds() }

    /// Unix seconds, for tokens.
    var seconds: Int64 { now / 1_000_000 }

    /// This loop's mailbox, for answers of other threads.
    var mailbox: LoopMailbox { services.mailboxes[index] }

    // MARK: Mail of other threads

    func takeMail() {
        for message in mailbox.take() {
            switch message {
            case .block(let block, let replies):
                for reply in replies { take(reply) }
                hub.deliver(block)
            case .response(let exchange, let response): respond(exchange, response)
            case .called(let token, let outcome): hub.replied(token, outcome)
            case .replayed(let page): hub.replayed(page)
            case .broadcast(let message): hub.deliver(broadcast: message)
            case .report: report()
            case .drain: drain()
            case .stop: loop.stop()
            }
        }
    }

    private func take(_ reply: Reply) {
        guard reply.token & Self.restToken != 0 else { return hub.replied(reply.token, reply.outcome) }
        guard let waiting = waitingWrites.removeValue(forKey: reply.token) else { return }
        guard waiting.plan.needsReader else { return respond(waiting.exchange, HTTPResponse(waiting.plan.response(for: reply.outcome))) }
        let mailbox = services.mailboxes[index]
        let isQueued = services.readers.submit { reader in
            mailbox.put(.response(waiting.exchange, HTTPResponse(waiting.plan.response(for: reply.outcome, on: reader))))
        }
        if !isQueued { respond(waiting.exchange, HTTPResponse(waiting.plan.responseWithoutReader(for: reply.outcome))) }
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

    func respond(_ exchange: PendingExchange, _ response: HTTPResponse) {
        var response = response
        response.headers += exchange.headers
        // A kept connection would be cut without a word a moment later.
        if services.census.isClosed { response.close = true }
        loop.respond(exchange.id, response)
    }

    // MARK: Ending

    /// Clients are told to come back elsewhere; the loop goes on until `stop`, so that answers under way still leave.
    private func drain() {
        loop.stopAccepting()
        hub.drain()
    }

    private func report() {
        let counters = hub.counters
        services.log.notice(
            "loop", "state",
            [
                .int("loop", index), .int("sessions", hub.sessionCount), .int("channels", hub.channelCount),
                .int("channels.behind", hub.behindCount), .int("audiences", hub.audienceCount), .int("writes.waiting", waitingWrites.count),
                .int("joins", counters.joins), .int("joins.refused", counters.refusedJoins), .int("segments.sent", counters.segmentsSent),
                .int("segments.dropped", counters.segmentsDropped), .int("broadcasts", counters.broadcasts),
                .int("messages.malformed", counters.malformed),
            ])
    }
}
