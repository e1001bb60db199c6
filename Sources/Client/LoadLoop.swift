import System

/// Many WebSockets on one thread, for making load: non-blocking, one epoll, frames told where they lie, writes in batches.
///
/// It assumes a broker of our own: it sends no random masks for pongs and waits for no closing handshake.
package final class LoadLoop {
    /// How many connections may be between their first packet and their 101.
    private static let handshakeLimit = 128
    /// Read from one socket per turn at most, unless a frame is larger.
    private static let receiveByteCount = 256 * 1024
    private static let frameByteLimit = 16 << 20
    /// Unsent bytes of one connection, above which `send` refuses.
    package static let outboxByteLimit = 4 << 20

    private struct Opening {
        let number: Int
        let target: String
        let apikey: String?
    }

    private let url: BrokerURL
    private let address: ResolvedAddress
    private let handler: any LoadHandler
    private var poller: Poller
    private var connections: [LoadConnection?] = []
    private var waiting: [Opening] = []
    private var startedCount = 0
    private var handshakeCount = 0
    private var dirty: [Int] = []
    private var buffer = [UInt8](repeating: 0, count: receiveByteCount)
    private var isStopped = false

    /// Text and binary frames, and bytes of all kinds, since the beginning.
    package private(set) var receivedFrameCount: UInt64 = 0
    package private(set) var receivedByteCount: UInt64 = 0
    /// Connections that are open now.
    package private(set) var openCount = 0

    /// - Parameter handler: kept, so it should not keep the loop.
    /// - Throws: `ClientError.unreachable` when the host has no address, `.system`.
    package init(_ url: BrokerURL, handler: any LoadHandler) throws(ClientError) {
        guard let address = try ResolvedAddress.resolve(url.host, port: url.port).first else {
            throw .unreachable("\(url.host): no address")
        }
        self.url = url
        self.address = address
        self.handler = handler
        poller = try Poller()
    }

    /// Adds a connection; it is made as soon as fewer handshakes are under way.
    ///
    /// - Returns: its number, counted from 0.
    @discardableResult
    package func open(_ target: String, apikey: String? = nil) -> Int {
        let number = connections.count
        connections.append(nil)
        waiting.append(Opening(number: number, target: target, apikey: apikey))
        return number
    }

    /// Adds whole frames, as `ClientFrame` makes them, to what the connection sends at the end of this turn.
    ///
    /// - Returns: false, and nothing is added, when the connection is not open or its outbox is full.
    package func send(_ frames: [UInt8], on number: Int) -> Bool {
        guard let connection = connection(number), connection.state == .open else { return false }
        guard connection.unsentCount + frames.count <= Self.outboxByteLimit else { return false }
        if connection.unsentCount == 0 { dirty.append(number) }
        connection.append(frames)
        return true
    }

    /// Ends a connection without a word; the handler is not told.
    package func close(_ number: Int) {
        guard let connection = connection(number) else { return }
        discard(connection, number)
    }

    /// Makes `run` return at the end of this turn.
    package func stop() { isStopped = true }

    /// Runs until the monotonic clock shows `nanoseconds`, or somebody calls `stop`.
    ///
    /// - Throws: `ClientError.system` when the poller fails.
    package func run(until nanoseconds: Int64) throws(ClientError) {
        let end = Deadline(nanoseconds: nanoseconds)
        var ready: [Poller.Ready] = []
        isStopped = false
        while !isStopped, !end.isPast {
            startHandshakes()
            let due = handler.turn(self).map { Deadline(nanoseconds: $0) } ?? .never
            flushDirty()
            guard !isStopped else { return }
            try poller.wait(until: min(due, end), into: &ready)
            for entry in ready { serve(entry) }
        }
    }

    private func connection(_ number: Int) -> LoadConnection? {
        connections.indices.contains(number) ? connections[number] : nil
    }

    // MARK: Opening

    private func startHandshakes() {
        while handshakeCount < Self.handshakeLimit, startedCount < waiting.count {
            let opening = waiting[startedCount]
            startedCount += 1
            do throws(ClientError) {
                try start(opening)
                handshakeCount += 1
            } catch { handler.closed(opening.number, error, self) }
        }
        guard startedCount == waiting.count else { return }
        waiting.removeAll(keepingCapacity: true)
        startedCount = 0
    }

    private func start(_ opening: Opening) throws(ClientError) {
        let upgrade = WebSocketUpgrade()
        let request = try upgrade.request(opening.target, to: url, apikey: opening.apikey)
        let socket = try Socket(connectingTo: address)
        try poller.add(socket, number: opening.number, writable: true)
        connections[opening.number] = LoadConnection(socket, upgrade: upgrade, request: request)
    }

    /// The upgrade's answer, once it is whole; what follows it are frames.
    ///
    /// - Returns: bytes taken.
    private func takeAnswer(_ connection: LoadConnection, _ number: Int, end: Int) throws(ClientError) -> Int {
        guard let headEnd = HTTPHead.end(in: buffer, upTo: end) else {
            guard end < HTTPHead.byteLimit else { throw .tooLarge(byteLimit: HTTPHead.byteLimit) }
            return 0
        }
        let head = try HTTPHead(buffer[..<headEnd])
        guard head.status == 101 else { throw .upgradeRefused(status: head.status, message: "") }
        try connection.upgrade.check(head)
        connection.state = .open
        handshakeCount -= 1
        openCount += 1
        handler.opened(number, self)
        return headEnd
    }

    // MARK: Reading

    private func serve(_ entry: Poller.Ready) {
        guard let connection = connection(entry.number) else { return }
        do throws(ClientError) {
            if connection.state == .connecting {
                if let failure = connection.socket?.connectFailure { throw failure }
                connection.state = .upgrading
            }
            if entry.isWritable { try flush(connection, entry.number) }
            if entry.isReadable { try read(connection, entry.number) }
        } catch {
            discard(connection, entry.number)
            handler.closed(entry.number, error, self)
        }
    }

    private func read(_ connection: LoadConnection, _ number: Int) throws(ClientError) {
        guard let socket = connection.socket else { return }
        let held = connection.pending.count
        if held == buffer.count { buffer.append(contentsOf: repeatElement(0, count: buffer.count)) }
        if held > 0 { buffer.replaceSubrange(..<held, with: connection.pending) }
        switch try socket.receive(into: &buffer, at: held) {
        case .blocked: return
        case .ended: throw .connectionLost("ended by the peer")
        case .bytes(let count):
            receivedByteCount &+= UInt64(count)
            let end = held + count
            let taken = try take(connection, number, end: end)
            connection.pending.removeAll(keepingCapacity: true)
            if taken < end { connection.pending.append(contentsOf: buffer[taken..<end]) }
        }
    }

    private func take(_ connection: LoadConnection, _ number: Int, end: Int) throws(ClientError) -> Int {
        var start = 0
        if connection.state == .upgrading {
            start = try takeAnswer(connection, number, end: end)
            guard start > 0 else { return 0 }
        }
        let bytes = buffer
        while connection.state == .open, let frame = try ServerFrame(bytes, at: start, end: end, payloadLimit: Self.frameByteLimit) {
            guard end - start >= frame.count else { break }
            let payload = start + frame.headerCount..<start + frame.count
            if frame.opcode.isControl {
                try takeControl(frame.opcode, Array(bytes[payload]), number)
            } else {
                receivedFrameCount &+= 1
                handler.received(bytes.span.extracting(payload), on: number, self)
            }
            start += frame.count
        }
        return start
    }

    private func takeControl(_ opcode: FrameOpcode, _ payload: [UInt8], _ number: Int) throws(ClientError) {
        switch opcode {
        case .ping:
            var pong: [UInt8] = []
            ClientFrame.append(.pong, payload, key: 0, to: &pong)
            _ = send(pong, on: number)
        case .close: throw try CloseFrame(payload).error
        default: break
        }
    }

    // MARK: Writing

    private func flushDirty() {
        let numbers = dirty
        dirty.removeAll(keepingCapacity: true)
        for number in numbers {
            guard let connection = connection(number) else { continue }
            do throws(ClientError) {
                try flush(connection, number)
            } catch {
                discard(connection, number)
                handler.closed(number, error, self)
            }
        }
    }

    private func flush(_ connection: LoadConnection, _ number: Int) throws(ClientError) {
        let isDone = try connection.flush()
        guard connection.awaitsRoom == isDone, let socket = connection.socket else { return }
        connection.awaitsRoom = !isDone
        try poller.change(socket, number: number, writable: !isDone)
    }

    private func discard(_ connection: LoadConnection, _ number: Int) {
        switch connection.state {
        case .open: openCount -= 1
        case .connecting, .upgrading: handshakeCount -= 1
        case .closed: return
        }
        connection.state = .closed
        connection.socket = nil
        connections[number] = nil
    }
}
