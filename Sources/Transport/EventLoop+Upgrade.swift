internal import CLibWebSockets

extension EventLoop {
    /// Hands an accepted peer to the library as a WebSocket.
    ///
    /// The library gets a second descriptor of the socket and, as the bytes it has "read" from it, a handshake that we wrote: the smallest
    /// one, with the client's key. It answers it within the call. The first descriptor goes with its watcher, which shuts nothing down.
    func handOver(_ peer: HTTPPeer, _ request: HTTPRequest, key: ArraySlice<UInt8>) {
        guard let descriptor = Socket.duplicate(peer.descriptor) else { return }
        let handshake: [UInt8] =
            Array("GET / HTTP/1.1\r\nHost: sluice\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n".utf8)
            + Array("Sec-WebSocket-Key: ".utf8) + key + Array("\r\n\r\n".utf8)
        arrival = Arrival(request: request, address: peer.address)
        defer { arrival = nil }
        unsafe handshake.withUnsafeBytes { bytes in
            let text = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            unsafe _ = lws_adopt_socket_vhost_readbuf(library.virtualHost, descriptor, text, bytes.count)
        }
    }

    /// The library has answered the handshake.
    func established(_ socket: OpaquePointer) -> Bool {
        guard let arrival else { return false }
        self.arrival = nil
        let slot: Int
        if let free = freeSlots.popLast() {
            slot = Int(free)
        } else {
            slot = connections.count
            connections.append(Connection())
        }
        unsafe connections[slot].socket = socket
        connections[slot].stage = .open
        connections[slot].address = arrival.address
        connections[slot].lastHeard = wheel.now
        connectionCount += 1
        count(arrival.address, 1)
        // Never nil: slots count from 1 there.
        unsafe lws_set_opaque_user_data(socket, UnsafeMutableRawPointer(bitPattern: slot + 1))
        let id = connectionID(slot)
        watchSilence(id)
        delegate?.opened(id, arrival.request)
        return true
    }

    func connectionID(_ slot: Int) -> ConnectionID {
        ConnectionID(slot: UInt32(truncatingIfNeeded: slot), generation: connections[slot].generation)
    }

    /// The slot of a socket of the library that has been established and not closed.
    func slot(of socket: OpaquePointer) -> Int? {
        guard let opaque = unsafe lws_get_opaque_user_data(socket) else { return nil }
        let slot = Int(bitPattern: opaque) - 1
        guard connections.indices.contains(slot), unsafe connections[slot].socket == socket else { return nil }
        return slot
    }

    /// The slot that `id` names, if it still does.
    func slot(of id: ConnectionID) -> Int? {
        let slot = Int(id.slot)
        guard slot < connections.count, connections[slot].generation == id.generation, connections[slot].stage != .free else { return nil }
        return slot
    }
}
