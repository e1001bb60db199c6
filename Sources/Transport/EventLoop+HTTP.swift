internal import CLibWebSockets

extension EventLoop {
    /// Seconds that a client may go on sending after its last answer.
    private static let lingerSeconds = 2
    /// Seconds without progress after which an answer is given up.
    private static let writeSeconds = 60
    /// The slowest body that is waited for, beyond the head start.
    private static let bodyBytesPerSecond = 65_536

    // MARK: - Callbacks

    func descriptorReadable(_ watcher: OpaquePointer) -> Bool {
        guard let peer = unsafe peer(of: watcher) else {
            return unsafe watcher == listener ? acceptBurst() : true
        }
        guard !peer.isDoomed else { return false }
        switch peer.phase {
        case .head: return readHead(peer)
        case .body: return readBody(peer)
        case .waiting, .writing: return true
        case .lingering: return discard(peer)
        }
    }

    func descriptorWritable(_ watcher: OpaquePointer) -> Bool {
        guard let peer = unsafe peer(of: watcher), peer.phase == .writing else { return true }
        write(peer)
        // The library takes the wish to write away after this callback, also one that was uttered in it (ops-raw-file.c); so it is uttered
        // again at the end of the turn.
        if peer.phase == .writing, !peer.isDoomed {
            stalledPeers.append(peer.serial)
            openTurn()
        }
        return !peer.isDoomed
    }

    func awaitWritability() {
        for serial in stalledPeers {
            if let watcher = unsafe peers[serial]?.watcher { unsafe lws_callback_on_writable(watcher) }
        }
        stalledPeers.removeAll(keepingCapacity: true)
    }

    func descriptorClosed(_ watcher: OpaquePointer) -> Bool {
        guard let opaque = unsafe lws_get_opaque_user_data(watcher) else { return true }
        // The library may close twice when a timeout meets a close; the reference is taken back once.
        unsafe lws_set_opaque_user_data(watcher, nil)
        let peer = unsafe Unmanaged<HTTPPeer>.fromOpaque(opaque).takeRetainedValue()
        peers[peer.serial] = nil
        count(peer.address, -1)
        noteEnd()
        return true
    }

    private func peer(of watcher: OpaquePointer) -> HTTPPeer? {
        guard let opaque = unsafe lws_get_opaque_user_data(watcher) else { return nil }
        return unsafe Unmanaged<HTTPPeer>.fromOpaque(opaque).takeUnretainedValue()
    }

    // MARK: - Receiving

    /// The head is looked at where it lies and taken out of the kernel's buffer only when it is whole, and nothing beyond it: a request
    /// costs no buffer of ours while it trickles in, a pipelined one waits in the kernel, and bytes after a handshake are left for the
    /// library. An incomplete one raises the low-water mark, so the socket is not reported again until more has come.
    private func readHead(_ peer: HTTPPeer) -> Bool {
        let window = unsafe UnsafeMutableRawBufferPointer(rebasing: scratch[..<(limits.headerBytes + 1)])
        let begun = peer.begun.count
        unsafe window.copyBytes(from: peer.begun)
        let available: Int
        switch unsafe Socket.peek(peer.descriptor, into: UnsafeMutableRawBufferPointer(rebasing: window[begun...])) {
        case .bytes(let count): available = count
        case .later: return true
        case .end, .failed: return false
        }
        guard available > peer.seen else { return takeBegun(peer, available) }
        if peer.seen == 0, begun == 0 { setDeadline(peer, afterSeconds: limits.upgradeTimeoutSeconds) }
        let known = unsafe UnsafeRawBufferPointer(rebasing: window[..<(begun + available)])
        guard let length = unsafe headLength(known, from: begun + peer.seen) else {
            guard known.count <= limits.headerBytes else { return false }
            peer.seen = available
            Socket.setLowWater(peer.descriptor, available + 1)
            return true
        }
        guard length <= limits.headerBytes else { return false }
        if peer.seen > 0 { Socket.setLowWater(peer.descriptor, 1) }
        peer.seen = 0
        peer.begun = []
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: window[begun..<length])
        guard case .bytes(length - begun) = unsafe Socket.read(peer.descriptor, into: rest) else { return false }
        return unsafe begin(peer, Array(window[..<length]))
    }

    /// Readable without anything new: the peer has gone, or its window is all but shut and opens only when something is taken
    /// (tcp_epollin_ready), as happens to a long row of pipelined requests.
    private func takeBegun(_ peer: HTTPPeer, _ count: Int) -> Bool {
        guard !Socket.peerHasFinished(peer.descriptor) else { return false }
        let bytes = unsafe UnsafeMutableRawBufferPointer(rebasing: scratch[..<count])
        guard case .bytes(count) = unsafe Socket.read(peer.descriptor, into: bytes) else { return false }
        unsafe peer.begun.append(contentsOf: bytes)
        peer.seen = 0
        Socket.setLowWater(peer.descriptor, 1)
        return true
    }

    /// Bytes up to and with the empty line that ends a head.
    private func headLength(_ bytes: UnsafeRawBufferPointer, from seen: Int) -> Int? {
        var position = max(0, seen - 3)
        while position + 3 < bytes.count {
            if unsafe bytes[position] == 0x0D && bytes[position + 1] == 0x0A && bytes[position + 2] == 0x0D && bytes[position + 3] == 0x0A {
                return position + 4
            }
            position += 1
        }
        return nil
    }

    private func begin(_ peer: HTTPPeer, _ bytes: [UInt8]) -> Bool {
        peer.number &+= 1
        // Also for a head that is not understood: whoever asks with HEAD waits for no body.
        peer.answersHead = bytes.starts(with: "HEAD ".utf8)
        let head: HTTPRequestHead
        do throws(HTTPRequestHead.Refusal) {
            head = try HTTPRequestHead(bytes)
            if head.wantsUpgrade { return try upgrade(peer, head) }
        } catch {
            switch error {
            case .hangUp: return false
            case .answer(let response):
                answer(peer, response)
                return !peer.isDoomed
            }
        }
        peer.answersHead = head.method == .head
        peer.closesAfterAnswer = head.close
        guard head.contentLength <= limits.httpBodyBytes else {
            answer(peer, .refusal(413, "body exceeds \(limits.httpBodyBytes) bytes"))
            return !peer.isDoomed
        }
        peer.head = head
        guard head.contentLength > 0 else { return ask(peer) }
        peer.phase = .body
        peer.body.reserveCapacity(min(head.contentLength, Outbox.chunkBytes))
        setDeadline(peer, afterSeconds: limits.upgradeTimeoutSeconds + head.contentLength / Self.bodyBytesPerSecond)
        if head.expectsContinue { _ = Socket.write(peer.descriptor, ArraySlice("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
        return readBody(peer)
    }

    private func readBody(_ peer: HTTPPeer) -> Bool {
        guard let head = peer.head else { return false }
        let missing = head.contentLength - peer.body.count
        let window = unsafe UnsafeMutableRawBufferPointer(rebasing: scratch[..<min(missing, scratch.count)])
        switch unsafe Socket.read(peer.descriptor, into: window) {
        case .bytes(let count): unsafe peer.body.append(contentsOf: window[..<count])
        case .later: return true
        case .end, .failed: return false
        }
        return peer.body.count < head.contentLength ? true : ask(peer)
    }

    /// Gives the whole request to the delegate.
    private func ask(_ peer: HTTPPeer) -> Bool {
        guard let head = peer.head else { return false }
        let request = HTTPRequest(head, body: peer.body, remoteAddress: peer.address)
        peer.head = nil
        peer.body = []
        peer.phase = .waiting
        peer.deadline = .max
        openTurn()
        delegate?.request(request, ExchangeID(peer: peer.serial, number: peer.number))
        if peer.phase == .waiting { setPaused(peer, true) }
        return !peer.isDoomed
    }

    private func upgrade(_ peer: HTTPPeer, _ head: HTTPRequestHead) throws(HTTPRequestHead.Refusal) -> Bool {
        let key = try head.webSocketKey()
        let request = HTTPRequest(head, body: [], remoteAddress: peer.address)
        openTurn()
        switch delegate?.upgrade(request) {
        case .accept:
            handOver(peer, request, key: key)
            return false
        case .refuse(var response):
            response.close = true
            throw .answer(response)
        case nil:
            return false
        }
    }

    // MARK: - Answering

    /// Answers a request; the client's next one is read after that. Ignored when the client has left or the request was answered before.
    package func respond(_ exchange: ExchangeID, _ response: HTTPResponse) {
        guard let peer = peers[exchange.peer], peer.number == exchange.number, peer.phase == .waiting else { return }
        answer(peer, response)
    }

    private func answer(_ peer: HTTPPeer, _ response: HTTPResponse) {
        peer.closesAfterAnswer = peer.closesAfterAnswer || response.close
        peer.output = response.encoded(toHead: peer.answersHead, close: peer.closesAfterAnswer)
        peer.written = 0
        peer.phase = .writing
        setDeadline(peer, afterSeconds: Self.writeSeconds)
        write(peer)
    }

    private func write(_ peer: HTTPPeer) {
        while peer.written < peer.output.count {
            switch Socket.write(peer.descriptor, peer.output[peer.written...]) {
            case .bytes(let count):
                peer.written += count
                setDeadline(peer, afterSeconds: Self.writeSeconds)
            case .later:
                setPaused(peer, true)
                if let watcher = unsafe peer.watcher { unsafe lws_callback_on_writable(watcher) }
                return
            case .end, .failed:
                doom(peer)
                return
            }
        }
        peer.output = []
        peer.written = 0
        if peer.closesAfterAnswer {
            Socket.finishWriting(peer.descriptor)
            peer.phase = .lingering
            setDeadline(peer, afterSeconds: Self.lingerSeconds)
        } else {
            peer.phase = .head
            setDeadline(peer, afterSeconds: limits.idleTimeoutSeconds)
        }
        setPaused(peer, false)
    }

    private func discard(_ peer: HTTPPeer) -> Bool {
        switch unsafe Socket.read(peer.descriptor, into: scratch) {
        case .bytes, .later: true
        case .end, .failed: false
        }
    }

    /// While a request is being answered nothing is read: the client's next one waits in the kernel's buffer, and so does the client.
    private func setPaused(_ peer: HTTPPeer, _ isPaused: Bool) {
        guard peer.isPaused != isPaused, let watcher = unsafe peer.watcher else { return }
        peer.isPaused = isPaused
        unsafe lws_rx_flow_control(watcher, isPaused ? 0 : 1)
    }

    // MARK: - Deadlines

    /// - Parameter seconds: 0: none.
    func setDeadline(_ peer: HTTPPeer, afterSeconds seconds: Int) {
        guard seconds > 0 else {
            peer.deadline = .max
            return
        }
        let ticks = TimerWheel.ticks(seconds: seconds) + 1
        peer.deadline = wheel.now + ticks
        // A later deadline is found out when the earlier timer comes round.
        guard peer.deadline < peer.armed else { return }
        peer.armed = peer.deadline
        schedule(afterTicks: ticks, .peer(peer.serial))
    }

    func deadlinePassed(_ serial: UInt64) {
        guard let peer = peers[serial], wheel.now >= peer.armed else { return }
        peer.armed = .max
        if wheel.now >= peer.deadline {
            doom(peer)
        } else if peer.deadline != .max {
            peer.armed = peer.deadline
            schedule(afterTicks: peer.deadline - wheel.now, .peer(serial))
        }
    }

    private func doom(_ peer: HTTPPeer) {
        peer.isDoomed = true
        if let watcher = unsafe peer.watcher { unsafe kill(watcher) }
    }
}
