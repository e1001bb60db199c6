/// One connection of a load loop.
final class LoadConnection {
    enum State {
        case connecting, upgrading, open, closed
    }

    let upgrade: WebSocketUpgrade
    var socket: Socket?
    var state = State.connecting
    /// The beginning of a frame, or of the upgrade's answer, whose rest has not arrived.
    var pending: [UInt8] = []
    private var outbox: [UInt8] = []
    private var sent = 0
    /// Whether the poller was asked for room to write.
    var awaitsRoom = true

    init(_ socket: Socket, upgrade: WebSocketUpgrade, request: [UInt8]) {
        self.socket = socket
        self.upgrade = upgrade
        outbox = request
    }

    var unsentCount: Int { outbox.count - sent }

    func append(_ frames: [UInt8]) { outbox.append(contentsOf: frames) }

    /// Hands over to the kernel what it takes.
    ///
    /// - Returns: whether all is gone.
    func flush() throws(ClientError) -> Bool {
        guard let socket else { return true }
        while unsentCount > 0 {
            guard case .bytes(let count) = try socket.send(outbox, from: sent) else { return false }
            sent += count
        }
        outbox.removeAll(keepingCapacity: outbox.count <= 64 * 1024)
        sent = 0
        return true
    }
}
