internal import Realtime
internal import Transport

/// Joins an event loop and its gateway: the loop makes its delegate before it runs, the gateway needs the running loop.
final class LoopBridge: LoopDelegate {
    private let makeGateway: (EventLoop) -> LoopGateway
    private var gateway: LoopGateway?

    init(_ makeGateway: @escaping (EventLoop) -> LoopGateway) { self.makeGateway = makeGateway }

    func started(_ loop: EventLoop) { gateway = makeGateway(loop) }
    func request(_ request: HTTPRequest, _ exchange: ExchangeID) { gateway?.answer(request, exchange) }
    func upgrade(_ request: HTTPRequest) -> UpgradeDecision {
        gateway?.judge(request) ?? .refuse(UpgradeRefusal.draining.response(adding: []))
    }
    func opened(_ id: ConnectionID, _ request: HTTPRequest) { gateway?.opened(id, request) }
    func received(_ id: ConnectionID, _ message: [UInt8], binary: Bool) {
        gateway?.hub.received(SessionID(id), message, binary: binary)
    }
    func drained(_ id: ConnectionID) { gateway?.hub.drained(SessionID(id)) }
    func dropped(_ id: ConnectionID, tag: Int32, mark: Int64) { gateway?.hub.dropped(SessionID(id), tag: tag, mark: mark) }
    func closed(_ id: ConnectionID, code: UInt16) { gateway?.closed(id) }
    func woken() { gateway?.takeMail() }
    func timer(_ key: UInt64) { gateway?.hub.timer(key) }
}
