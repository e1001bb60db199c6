internal import CLibWebSockets
internal import System

/// One thread that serves many sockets: HTTP exchanges and WebSocket connections, over a libwebsockets context of its own.
///
/// Confined to its thread, hence not `Sendable`; other threads have its `LoopHandle`. Work comes in turns: what is readable is told to the
/// delegate, `turnEnded` closes the turn, and then everything that was sent during it is written, each connection with as few writes as
/// its socket takes.
///
/// libwebsockets watches all sockets (through libuv) and speaks the WebSocket protocol. HTTP is spoken here, on sockets that the library
/// watches as plain descriptors (see `RequestTarget` for the reason); an accepted handshake goes to the library as a short request written
/// by us, so its own HTTP parser never sees a byte that a peer chose, but for the key.
@safe package final class EventLoop {
    package let index: Int
    package let limits: TransportLimits

    let library: LibraryContext
    let signal: LoopSignal
    var delegate: (any LoopDelegate)?

    /// The watcher of the listening socket, while the loop accepts.
    var listener: OpaquePointer?
    let listenerDescriptor: Int32
    var socketsByAddress: [String: Int] = [:]

    var peers: [UInt64: HTTPPeer] = [:]
    var lastPeer: UInt64 = 0
    /// Peers whose answer waits for room in the socket, as of this turn.
    var stalledPeers: [UInt64] = []
    /// The handshake that the library is answering right now.
    var arrival: Arrival?

    var connections: [Connection] = []
    var freeSlots: [UInt32] = []
    /// Slots with something new to write.
    var dirty: [Int] = []
    /// WebSocket connections, closing ones included.
    package internal(set) var connectionCount = 0

    /// Sockets that have ended since memory was last given back.
    var endsSinceReturn = 0

    var wheel = TimerWheel()
    var isTicking = false
    let timer: UnsafeMutablePointer<sluice_lws_timer>
    let epoch = MonotonicTime.nanoseconds()
    /// For reading heads and bodies and for gathering small segments; nothing is kept in it between two calls.
    let scratch: UnsafeMutableRawBufferPointer
    /// The end of the turn has been asked for.
    var turnIsOpen = false
    var isStopping = false

    /// A peer whose handshake was accepted.
    struct Arrival {
        let request: HTTPRequest
        let address: String
    }

    private init(index: Int, listener: Listener, limits: TransportLimits, signal: LoopSignal) throws(TransportError) {
        guard let descriptor = listener.take() else {
            throw TransportError(operation: .adopt, code: 0, subject: "a listener that another loop has taken")
        }
        self.index = index
        self.limits = limits
        self.signal = signal
        listenerDescriptor = descriptor
        do throws(TransportError) {
            library = try LibraryContext()
        } catch {
            Socket.close(descriptor)
            throw error
        }
        unsafe scratch = .allocate(byteCount: max(Outbox.chunkBytes, limits.headerBytes + 1), alignment: 16)
        unsafe timer = .allocate(capacity: 1)
        unsafe timer.initialize(to: sluice_lws_timer())
        unsafe timer.pointee.owner = Unmanaged.passUnretained(self).toOpaque()
        library.attach(self)
        unsafe signal.attach(library.pointer)
        unsafe self.listener = library.adopt(descriptor: descriptor, opaque: nil)
    }

    deinit {
        unsafe scratch.deallocate()
        unsafe timer.deallocate()
    }

    /// Starts a loop on a thread of its own.
    ///
    /// The process keeps SIGPIPE ignored and SIGINT and SIGTERM blocked in all threads (`System.Signals`): libuv would install
    /// handlers of its own for them otherwise.
    /// - Parameter makeDelegate: called once, on the loop's thread.
    /// - Throws: when the library cannot make a context or the listener is taken.
    package static func start(
        index: Int, listener: Listener, limits: TransportLimits, makeDelegate: sending @escaping () -> any LoopDelegate
    ) throws(TransportError) -> LoopHandle {
        let signal = LoopSignal()
        let port = listener.port
        let loop = try EventLoop(index: index, listener: listener, limits: limits, signal: signal)
        do throws(SystemError) {
            let thread = try Thread.start(name: "loop-\(index)") { loop.run(makeDelegate()) }
            return LoopHandle(port: port, signal: signal, thread: thread)
        } catch {
            throw TransportError(operation: .startThread, code: error.errno, subject: "of loop \(index)")
        }
    }

    private func run(_ delegate: any LoopDelegate) {
        self.delegate = delegate
        delegate.started(self)
        library.serve()
        library.finishDestruction()
        self.delegate = nil
    }

    /// No new sockets are accepted; those that are open stay.
    package func stopAccepting() {
        guard let watcher = unsafe listener else { return }
        unsafe listener = nil
        unsafe kill(watcher)
    }

    /// Ends the loop: every socket is closed as it is (a drain comes before, by `close`), the delegate hears `closed` of each connection,
    /// and the thread ends.
    package func stop() {
        isStopping = true
        signal.interrupt()
    }

    /// Closes a socket of the library as soon as it comes round, without ceremony. Legal at any time, also outside its callbacks.
    func kill(_ socket: OpaquePointer) {
        unsafe lws_set_timeout(socket, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC)
    }

    // MARK: - Turns

    /// Something is about to be told to the delegate: the turn will be ended when all that is readable has been.
    func openTurn() {
        guard !turnIsOpen else { return }
        turnIsOpen = true
        signal.interrupt()
    }

    func endTurn() {
        turnIsOpen = false
        awaitWritability()
        delegate?.turnEnded()
        flush()
    }

    /// Someone has called `lws_cancel_service`: a wake, a turn that ends, a stop, or the library itself.
    func interrupted() {
        if isStopping {
            signal.detach()
            library.beginDestruction()
            return
        }
        let isWoken = signal.takeWake()
        if isWoken { delegate?.woken() }
        if isWoken || turnIsOpen { endTurn() }
    }
}
