import JSON

/// One WebSocket, for a client that waits. One thread; answers pings while it receives.
package final class WebSocketClient {
    private static let bodyByteLimit = 64 * 1024

    private let connection: Connection
    private let sendTimeout: Duration
    private let messageByteLimit: Int
    private var message: (opcode: FrameOpcode, bytes: [UInt8])?
    /// False once a close frame came or went, or the connection failed.
    package private(set) var isOpen = true

    /// Connects and upgrades.
    ///
    /// - Parameters:
    ///   - target: path and query behind the URL's own path, as in `/realtime/v1/websocket?vsn=2.0.0`.
    ///   - apikey: sent in the header `x-api-key`.
    ///   - timeout: for the handshake as a whole, and for each message to be taken by the kernel.
    ///   - messageByteLimit: a longer message is an error, whatever its fragments.
    /// - Throws: `ClientError.upgradeRefused` for an answer other than 101.
    package init(
        _ url: BrokerURL, _ target: String, apikey: String? = nil, timeout: Duration = .seconds(10), messageByteLimit: Int = 16 << 20
    ) throws(ClientError) {
        let deadline = Deadline(after: timeout)
        let upgrade = WebSocketUpgrade()
        let request = try upgrade.request(target, to: url, apikey: apikey)
        connection = try Connection(to: url, by: deadline)
        sendTimeout = timeout
        self.messageByteLimit = messageByteLimit
        try connection.write(request, by: deadline)
        let reader = HTTPAnswerReader(connection: connection, deadline: deadline, bodyByteLimit: Self.bodyByteLimit)
        let head = try reader.readHead()
        guard head.status == 101 else {
            let body = (try? reader.readBody(of: head, method: "GET")) ?? []
            throw .upgradeRefused(status: head.status, message: Self.message(of: body))
        }
        try upgrade.check(head)
    }

    private static func message(of body: [UInt8]) -> String {
        let error = (try? JSONDocument(parsing: body))?.root
        return error?["error"]?.string ?? error?["message"]?.string ?? String(decoding: body, as: UTF8.self)
    }

    package func send(_ message: WebSocketMessage) throws(ClientError) {
        switch message {
        case .text(let bytes): try send(.text, bytes)
        case .binary(let bytes): try send(.binary, bytes)
        }
    }

    /// - Parameter payload: at most 125 bytes; the rest is cut off.
    package func ping(_ payload: [UInt8] = []) throws(ClientError) {
        try send(.ping, Array(payload.prefix(125)))
    }

    private func send(_ opcode: FrameOpcode, _ payload: [UInt8]) throws(ClientError) {
        guard isOpen else { throw .connectionLost("the socket is closed") }
        var frame: [UInt8] = []
        ClientFrame.append(opcode, payload, key: ClientFrame.randomKey(), to: &frame)
        do throws(ClientError) {
            try connection.write(frame, by: Deadline(after: sendTimeout))
        } catch {
            // Half a frame may stand on the wire.
            isOpen = false
            throw error
        }
    }

    /// The next message; nil when none came whole in time, and what came of it is kept.
    ///
    /// - Throws: `ClientError.closed` for a close frame, which is answered; after that, and after any other error, the socket is not open.
    package func receive(within timeout: Duration) throws(ClientError) -> WebSocketMessage? {
        try receive(by: Deadline(after: timeout))
    }

    func receive(by deadline: Deadline) throws(ClientError) -> WebSocketMessage? {
        guard isOpen else { throw .connectionLost("the socket is closed") }
        do throws(ClientError) {
            while true {
                if let (frame, payload) = try takeFrame() {
                    if let message = try handle(frame, payload) { return message }
                } else {
                    guard try connection.fill(by: deadline, Self.receiving) else { throw .connectionLost("ended by the peer") }
                }
            }
        } catch {
            if error == .timedOut(Self.receiving) { return nil }
            isOpen = false
            throw error
        }
    }

    private static let receiving = "receiving a message"

    private func takeFrame() throws(ClientError) -> (ServerFrame, [UInt8])? {
        let limit = max(messageByteLimit, 125)
        let frame = try ServerFrame(connection.inbound, at: connection.start, end: connection.inbound.count, payloadLimit: limit)
        guard let frame, connection.count >= frame.count else { return nil }
        connection.drop(frame.headerCount)
        return (frame, connection.take(frame.payloadCount))
    }

    private func handle(_ frame: ServerFrame, _ payload: [UInt8]) throws(ClientError) -> WebSocketMessage? {
        switch frame.opcode {
        case .ping: try send(.pong, payload)
        case .pong: break
        case .close:
            let close = try CloseFrame(payload)
            try? send(.close, Array(payload.prefix(2)))
            throw close.error
        case .text, .binary:
            guard message == nil else { throw .malformed("a message within a message") }
            message = (frame.opcode, payload)
        case .continuation:
            guard message != nil else { throw .malformed("a continuation of nothing") }
            message?.bytes += payload
        }
        guard message?.bytes.count ?? 0 <= messageByteLimit else { throw .tooLarge(byteLimit: messageByteLimit) }
        guard frame.isFinal, !frame.opcode.isControl, let whole = message else { return nil }
        message = nil
        return whole.opcode == .text ? .text(whole.bytes) : .binary(whole.bytes)
    }

    /// Says goodbye and waits for the peer's; what still arrives is dropped.
    package func close(code: UInt16 = 1000, reason: String = "", within timeout: Duration = .seconds(1)) {
        guard isOpen, (try? send(.close, CloseFrame.payload(code: code, reason: reason))) != nil else { return }
        let deadline = Deadline(after: timeout)
        while let message = try? receive(by: deadline) { _ = message }
        isOpen = false
    }
}
