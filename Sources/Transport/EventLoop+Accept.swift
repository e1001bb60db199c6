internal import CLibWebSockets
internal import Glibc

extension EventLoop {
    /// New sockets taken per turn, so that a storm of them does not hold up those that are open.
    private static let acceptBurst = 64

    func acceptBurst() -> Bool {
        for _ in 0..<Self.acceptBurst {
            guard let descriptor = Socket.accept(listenerDescriptor, sendBufferBytes: limits.sendBufferBytes) else {
                acceptFailed(errno)
                break
            }
            admit(descriptor)
        }
        return true
    }

    /// Out of descriptors or memory: the listener would be reported as readable without end, so it rests for a moment.
    private func acceptFailed(_ code: Int32) {
        guard code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM, let listener = unsafe listener else { return }
        unsafe lws_rx_flow_control(listener, 0)
        schedule(afterTicks: 2, .accept)
    }

    func resumeAccepting() {
        if let listener = unsafe listener { unsafe lws_rx_flow_control(listener, 1) }
    }

    private func admit(_ descriptor: Int32) {
        let address = Socket.peerAddress(descriptor)
        guard peers.count + connectionCount < limits.connections, admitsOneMore(from: address) else {
            Socket.close(descriptor)
            return
        }
        lastPeer += 1
        let peer = HTTPPeer(serial: lastPeer, descriptor: descriptor, address: address)
        // The watcher owns a reference to the peer; `descriptorClosed` takes it back.
        let reference = unsafe Unmanaged.passRetained(peer)
        guard let watcher = unsafe library.adopt(descriptor: descriptor, opaque: reference.toOpaque()) else {
            unsafe reference.release()
            Socket.close(descriptor)
            return
        }
        unsafe peer.watcher = watcher
        peers[peer.serial] = peer
        count(address, 1)
        setDeadline(peer, afterSeconds: limits.upgradeTimeoutSeconds)
    }

    private func admitsOneMore(from address: String) -> Bool {
        limits.connectionsPerAddress == 0 || socketsByAddress[address, default: 0] < limits.connectionsPerAddress
    }

    /// Keeps the number of sockets per address, if there is a limit on it.
    func count(_ address: String, _ change: Int) {
        guard limits.connectionsPerAddress > 0 else { return }
        let count = socketsByAddress[address, default: 0] + change
        socketsByAddress[address] = count > 0 ? count : nil
    }
}
