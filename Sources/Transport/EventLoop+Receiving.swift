internal import CLibWebSockets

extension EventLoop {
    /// A piece of a message: at most `receiveBufferBytes` of one frame.
    func received(_ socket: OpaquePointer, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let slot = unsafe slot(of: socket) else { return false }
        connections[slot].lastHeard = wheel.now
        guard connections[slot].stage == .open else { return true }
        let before = connections[slot].message.count
        let expected = unsafe lws_remaining_packet_payload(socket)
        guard bytes.count <= limits.messageBytes - before, expected <= limits.messageBytes - before - bytes.count else {
            connections[slot].message = []
            connections[slot].closeCode = 1009
            unsafe prepareClose(socket, 1009, "message exceeds \(limits.messageBytes) bytes")
            return false
        }
        let isWhole = unsafe lws_is_final_fragment(socket) != 0
        guard isWhole, before == 0 else {
            unsafe connections[slot].message.append(contentsOf: bytes)
            if isWhole {
                let message = connections[slot].message
                connections[slot].message = []
                unsafe tell(slot, message, binary: lws_frame_is_binary(socket) != 0)
            }
            return true
        }
        unsafe tell(slot, Array(bytes), binary: lws_frame_is_binary(socket) != 0)
        return true
    }

    private func tell(_ slot: Int, _ message: [UInt8], binary: Bool) {
        openTurn()
        delegate?.received(connectionID(slot), message, binary: binary)
    }

    func heard(_ socket: OpaquePointer) -> Bool {
        if let slot = unsafe slot(of: socket) { connections[slot].lastHeard = wheel.now }
        return true
    }

    // MARK: - Ends

    /// The peer has sent a close frame, which the library answers with the same code. Nothing is sent after that.
    func peerCloses(_ socket: OpaquePointer, _ payload: UnsafeRawBufferPointer) -> Bool {
        guard let slot = unsafe slot(of: socket) else { return true }
        connections[slot].closeCode = payload.count >= 2 ? unsafe UInt16(payload[0]) << 8 | UInt16(payload[1]) : 1005
        end(slot)
        return true
    }

    /// The library begins to close, for whatever reason: nothing may be written between its close frame and the end.
    func libraryCloses(_ socket: OpaquePointer) -> Bool {
        guard let slot = unsafe slot(of: socket) else { return true }
        // What the library itself objected to (1002, 1007) it tells nobody but the peer: it stands in the frame it has prepared.
        if connections[slot].closeCode == 1006, unsafe lws_get_close_length(socket) >= 2, let frame = unsafe lws_get_close_payload(socket) {
            connections[slot].closeCode = unsafe UInt16(frame[0]) << 8 | UInt16(frame[1])
        }
        end(slot)
        return true
    }

    private func end(_ slot: Int) {
        connections[slot].stage = .ending
        connections[slot].outbox.removeAll()
        connections[slot].message = []
    }

    /// Lays down the close frame that the library sends when the connection is closed next; it waits 5 s for its echo.
    /// - Parameter reason: cut to the 123 bytes that a close frame holds.
    func prepareClose(_ socket: OpaquePointer, _ code: UInt16, _ reason: String) {
        var text = Array(reason.utf8.prefix(123))
        let count = text.count
        unsafe text.withUnsafeMutableBufferPointer { buffer in
            unsafe lws_close_reason(socket, lws_close_status(rawValue: UInt32(code)), buffer.baseAddress, count)
        }
    }

    func closed(_ socket: OpaquePointer) -> Bool {
        guard let slot = unsafe slot(of: socket) else { return true }
        let id = connectionID(slot)
        let code = connections[slot].closeCode
        count(connections[slot].address, -1)
        connectionCount -= 1
        let generation = connections[slot].generation &+ 1
        connections[slot] = Connection()
        connections[slot].generation = generation
        freeSlots.append(id.slot)
        noteEnd()
        openTurn()
        delegate?.closed(id, code: code)
        return true
    }
}
