internal import CLibWebSockets
package import Frames

extension EventLoop {
    /// Seconds that a peer has to take what is left and the close frame.
    private static let closeSeconds = 5
    /// A ping frame with one byte: the library does not report an answer without any.
    private static let ping: [UInt8] = [0x89, 0x01, 0x2E]

    /// Puts whole frames of a block into a connection's outbox; they are written with the next flush. Ignored for a connection that is
    /// closing or gone.
    ///
    /// With a `tag` of 0 or more they are droppable: when more than `outboxBytes` of them wait, all that are not yet begun are dropped,
    /// and the delegate hears of each, these perhaps included, before this returns. Without a tag they are control: when more than
    /// `controlBytes` wait the connection is closed with 1013, unless this segment is all there is.
    /// - Parameter range: from the begin of a frame to the end of one.
    package func send(_ block: FrameBlock, _ range: Range<Int>, to id: ConnectionID, tag: Int32 = -1, mark: Int64 = 0) {
        guard let slot = slot(of: id), connections[slot].stage == .open, !range.isEmpty else { return }
        connections[slot].outbox.append(block, range, tag: tag, mark: mark)
        markDirty(slot)
        if connections[slot].outbox.droppableBytes > limits.outboxBytes || connections[slot].outbox.controlBytes > limits.controlBytes {
            relieve(slot, id)
        }
    }

    private func markDirty(_ slot: Int) {
        guard !connections[slot].isDirty else { return }
        connections[slot].isDirty = true
        dirty.append(slot)
    }

    /// An outbox is over a limit: the socket may take something; what is still too much is dropped, or the connection is.
    private func relieve(_ slot: Int, _ id: ConnectionID) {
        write(slot)
        if connections[slot].outbox.droppableBytes > limits.outboxBytes {
            let dropped = connections[slot].outbox.dropUnsent()
            connections[slot].owesDrained = true
            for segment in dropped { delegate?.dropped(id, tag: segment.tag, mark: segment.mark) }
        }
        if connections[slot].outbox.controlBytes > limits.controlBytes, connections[slot].outbox.count > 1 {
            connections[slot].outbox.removeAll()
            close(id, code: 1013, reason: "too slow")
        }
    }

    /// Writes all connections that have something new, now; each turn ends with it.
    package func flush() {
        var position = 0
        // `drained` may send more while we are at it.
        while position < dirty.count {
            let slot = dirty[position]
            position += 1
            connections[slot].isDirty = false
            write(slot)
            balance(slot)
        }
        dirty.removeAll(keepingCapacity: true)
    }

    /// Writes what the socket takes. What it does not take of a piece the library keeps and sends first; the rest waits for `writable`.
    private func write(_ slot: Int) {
        guard connections[slot].stage == .open || connections[slot].stage == .closing, let socket = unsafe connections[slot].socket else {
            return
        }
        while connections[slot].owesPing || !connections[slot].outbox.isEmpty {
            // Without a look at this a piece could land inside a frame that is half sent.
            guard unsafe lws_partial_buffered(socket) == 0 else { return }
            let isWritten: Bool
            if connections[slot].owesPing {
                connections[slot].owesPing = false
                isWritten = unsafe Self.ping.withUnsafeBufferPointer { unsafe sluice_lws_write_raw(socket, $0.baseAddress, $0.count) >= 0 }
            } else {
                isWritten = unsafe connections[slot].outbox.writeNext(gatheringIn: scratch) {
                    unsafe sluice_lws_write_raw(socket, $0, $1) >= 0
                }
            }
            guard isWritten else {
                connections[slot].stage = .ending
                connections[slot].outbox.removeAll()
                unsafe kill(socket)
                return
            }
        }
        guard unsafe lws_partial_buffered(socket) == 0 else { return }
        if connections[slot].stage == .closing {
            unsafe beginClose(slot, socket)
        } else if connections[slot].owesDrained {
            connections[slot].owesDrained = false
            delegate?.drained(connectionID(slot))
        }
    }

    /// Everything is written: the close frame follows. Not by a verdict of `writable`: Debian's library is built for debugging and closes
    /// twice then (service.c, "uv repeat test"), which cuts the close frame off.
    private func beginClose(_ slot: Int, _ socket: OpaquePointer) {
        // Its close frame is waited for.
        if connections[slot].isPaused { unsafe lws_rx_flow_control(socket, 1) }
        unsafe prepareClose(socket, connections[slot].closeCode, connections[slot].closeReason)
        unsafe lws_set_timeout(socket, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC)
    }

    /// Asks the peer for a sign of life.
    func ping(_ slot: Int) {
        connections[slot].owesPing = true
        write(slot)
    }

    /// The socket takes bytes again.
    func writable(_ socket: OpaquePointer) -> Bool {
        guard let slot = unsafe slot(of: socket) else { return true }
        openTurn()
        write(slot)
        balance(slot)
        return true
    }

    /// A peer that asks faster than the answers fit into its socket is not read while many of them wait: a turn's requests may have several
    /// times their bytes in answers, and a client that reads as fast as it can must not be cut off for them. Not within `received`: the
    /// library would keep the rest of what it has read, and its handling of that is faulty in 4.1.6.
    private func balance(_ slot: Int) {
        guard connections[slot].stage == .open, let socket = unsafe connections[slot].socket else { return }
        let waiting = connections[slot].outbox.controlBytes
        let pauses = waiting > (connections[slot].isPaused ? 0 : limits.controlBytes / 4)
        guard pauses != connections[slot].isPaused else { return }
        connections[slot].isPaused = pauses
        unsafe lws_rx_flow_control(socket, pauses ? 0 : 1)
    }

    /// Closes a connection: what waits is written first, then the close frame; a peer that takes neither within 5 s is cut off. The delegate
    /// hears `closed` when it is done.
    /// - Parameter reason: at most 123 bytes of it are sent.
    package func close(_ id: ConnectionID, code: UInt16, reason: String) {
        guard let slot = slot(of: id), connections[slot].stage == .open else { return }
        connections[slot].stage = .closing
        connections[slot].closeCode = code
        connections[slot].closeReason = reason
        connections[slot].message = []
        markDirty(slot)
        schedule(afterTicks: TimerWheel.ticks(seconds: Self.closeSeconds), .stuckClose(id))
    }

    func cutOff(_ id: ConnectionID) {
        guard let slot = slot(of: id), connections[slot].stage == .closing, let socket = unsafe connections[slot].socket else { return }
        unsafe kill(socket)
    }

    /// The peer's numeric address without a port; empty when the connection is gone.
    package func address(of id: ConnectionID) -> String {
        slot(of: id).map { connections[$0].address } ?? ""
    }

    /// Whether bytes wait for the connection; then the delegate hears `drained` once they are gone.
    package func awaitsDrain(_ id: ConnectionID) -> Bool {
        guard let slot = slot(of: id), connections[slot].stage == .open, !connections[slot].outbox.isEmpty else { return false }
        connections[slot].owesDrained = true
        return true
    }

    /// Bytes that wait for the connection and have not been given to its socket.
    package func outboxBytes(of id: ConnectionID) -> Int {
        slot(of: id).map { connections[$0].outbox.bytes } ?? 0
    }
}
