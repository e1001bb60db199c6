internal import Access
internal import Engine
internal import Frames
internal import Realtime
internal import Store
internal import Transport

/// The hub's way out.
extension LoopGateway: RealtimeOutlet {
    func send(_ block: FrameBlock, _ range: Range<Int>, to session: SessionID, tag: Int32, mark: Int64) {
        loop.send(block, range, to: ConnectionID(session), tag: tag, mark: mark)
    }

    func close(_ session: SessionID, code: UInt16, reason: String) { loop.close(ConnectionID(session), code: code, reason: reason) }

    func awaitsDrain(of session: SessionID) -> Bool { loop.awaitsDrain(ConnectionID(session)) }

    func schedule(afterMilliseconds: Int, key: UInt64) { loop.schedule(afterMilliseconds: afterMilliseconds, key: key) }

    func propose(_ mutation: Mutation, byteCount: Int) -> Bool { services.engine.propose(mutation, byteCount: byteCount) }

    func callReadOnly(_ call: Mutation.Call, actor: Claims, token: UInt64) -> Bool {
        let mailbox = mailbox
        return services.readers.submit { reader in mailbox.put(.called(token: token, reader.call(call, as: actor))) }
    }

    func read(_ request: ReplayRequest) -> Bool {
        let mailbox = mailbox
        return services.readers.submit { reader in mailbox.put(.replayed(reader.replay(request))) }
    }

    func broadcast(_ message: BroadcastMessage) {
        for (other, mailbox) in services.mailboxes.enumerated() where other != index { mailbox.put(.broadcast(message)) }
    }
}

extension ConnectionID {
    init(_ session: SessionID) { self.init(rawValue: session.rawValue) }
}

extension SessionID {
    init(_ id: ConnectionID) { self.init(rawValue: id.rawValue) }
}
