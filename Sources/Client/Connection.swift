/// A connected socket with what arrived and was not taken yet, for clients that wait. One thread.
final class Connection {
    private static let chunkByteCount = 64 * 1024

    private let socket: Socket
    private var chunk = [UInt8](repeating: 0, count: chunkByteCount)
    /// What arrived; the part before `start` is taken.
    private(set) var inbound: [UInt8] = []
    private(set) var start = 0

    /// Tries the host's addresses in turn.
    ///
    /// - Throws: what the last address failed with: `ClientError.unreachable`, `.timedOut`, `.system`.
    init(to url: BrokerURL, by deadline: Deadline) throws(ClientError) {
        var failure = ClientError.unreachable("\(url.host): no address")
        for address in try ResolvedAddress.resolve(url.host, port: url.port) {
            do throws(ClientError) {
                socket = try Self.connect(to: address, by: deadline)
                return
            } catch { failure = error }
        }
        throw failure.at(url)
    }

    private static func connect(to address: ResolvedAddress, by deadline: Deadline) throws(ClientError) -> Socket {
        let socket = try Socket(connectingTo: address)
        guard try socket.wait(for: .writable, until: deadline) else { throw .timedOut("connecting") }
        if let failure = socket.connectFailure { throw failure }
        return socket
    }

    /// Bytes that wait to be taken.
    var count: Int { inbound.count - start }

    /// Waits for more bytes; false when the peer will send none.
    ///
    /// - Throws: `ClientError.timedOut` when none came in time, `.connectionLost`.
    func fill(by deadline: Deadline, _ purpose: String) throws(ClientError) -> Bool {
        if start > 0 {
            inbound.removeSubrange(..<start)
            start = 0
        }
        while true {
            switch try socket.receive(into: &chunk, at: 0) {
            case .bytes(let count):
                inbound.append(contentsOf: chunk[..<count])
                return true
            case .ended: return false
            case .blocked:
                if try !socket.wait(for: .readable, until: deadline) { throw .timedOut(purpose) }
            }
        }
    }

    /// How many bytes end with the first `mark` among those that wait, looked for from the `offset`th on.
    func end(of mark: [UInt8], from offset: Int) -> Int? {
        var index = start + offset
        while index + mark.count <= inbound.count {
            if inbound[index..<index + mark.count].elementsEqual(mark) { return index + mark.count - start }
            index += 1
        }
        return nil
    }

    /// Marks the next bytes as taken; at most `count`.
    func drop(_ bytes: Int) {
        start += min(bytes, count)
    }

    /// Takes the next bytes; at most `count`.
    func take(_ bytes: Int) -> [UInt8] {
        let taken = Array(inbound[start..<start + min(bytes, count)])
        start += taken.count
        return taken
    }

    /// Whether the peer has sent something, or its end, that nobody asked for.
    var isDisturbed: Bool {
        guard count == 0 else { return true }
        return (try? socket.receive(into: &chunk, at: 0)) != .blocked
    }

    /// Writes all of `bytes`.
    ///
    /// - Throws: `ClientError.timedOut` when the peer takes too long to take them, `.connectionLost`.
    func write(_ bytes: [UInt8], by deadline: Deadline) throws(ClientError) {
        var sent = 0
        while sent < bytes.count {
            if case .bytes(let count) = try socket.send(bytes, from: sent) {
                sent += count
            } else if try !socket.wait(for: .writable, until: deadline) {
                throw .timedOut("sending")
            }
        }
    }
}

extension ClientError {
    /// The same failure to connect, with the address that was asked for.
    fileprivate func at(_ url: BrokerURL) -> ClientError {
        switch self {
        case .unreachable(let reason): .unreachable("\(url.authority): \(reason)")
        case .timedOut(let purpose): .timedOut("\(purpose) to \(url.authority)")
        default: self
        }
    }
}
