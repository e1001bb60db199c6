internal import CLibWebSockets

/// One libwebsockets context and its only virtual host, with everything the library keeps the addresses of.
@safe final class LibraryContext {
    /// Bytes read per turn from a WebSocket, and so how far a publisher's burst coalesces: with 2 KiB the fan-out fell four- to eightfold.
    /// An idle connection costs address space, not memory: only touched pages count (about 2 KiB more per connection than a small buffer).
    static let receiveBufferBytes = 65_536
    /// Names of the two protocols: HTTP sockets and the listener are watched as plain descriptors.
    private static let webSocketName: StaticString = "websocket"
    static let descriptorName: StaticString = "descriptor"

    let pointer: OpaquePointer
    let virtualHost: OpaquePointer
    private let protocols: UnsafeMutablePointer<lws_protocols>
    private let retryPolicy: UnsafeMutablePointer<lws_retry_bo_t>
    private let ownerReference: UnsafeMutablePointer<UnsafeMutableRawPointer?>

    init() throws(TransportError) {
        LibraryLog.install()
        unsafe protocols = .allocate(capacity: 3)
        unsafe protocols.initialize(repeating: lws_protocols(), count: 3)
        // All zeros: no pings and hang-ups by the library, whose timers are a linear list; the loop has its own wheel.
        unsafe retryPolicy = .allocate(capacity: 1)
        unsafe retryPolicy.initialize(to: lws_retry_bo_t())
        unsafe ownerReference = .allocate(capacity: 1)
        unsafe ownerReference.initialize(to: nil)

        unsafe protocols[0].name = Self.cString(Self.webSocketName)
        unsafe protocols[0].callback = loopCallback
        // Not used, but the library announces the begin of a close only to connections that have user memory.
        unsafe protocols[0].per_session_data_size = 8
        unsafe protocols[0].rx_buffer_size = Self.receiveBufferBytes
        unsafe protocols[0].tx_packet_size = Outbox.chunkBytes
        unsafe protocols[1].name = Self.cString(Self.descriptorName)
        unsafe protocols[1].callback = loopCallback

        var info = unsafe lws_context_creation_info()
        unsafe info.port = CONTEXT_PORT_NO_LISTEN_SERVER
        unsafe info.protocols = UnsafePointer(protocols)
        unsafe info.retry_and_idle_policy = UnsafePointer(retryPolicy)
        unsafe info.user = UnsafeMutableRawPointer(ownerReference)
        // "Do not change" is -1; a zeroed structure says root.
        unsafe info.gid = -1
        unsafe info.uid = -1
        unsafe info.pt_serv_buf_size = UInt32(Self.receiveBufferBytes)
        unsafe info.options =
            UInt64(LWS_SERVER_OPTION_LIBUV) | UInt64(LWS_SERVER_OPTION_UV_NO_SIGSEGV_SIGFPE_SPIN)
            | UInt64(LWS_SERVER_OPTION_VALIDATE_UTF8)
        // The library's own reaction to SIGINT and SIGTERM is to spin: signals are the process's affair.
        unsafe info.signal_cb = { _, _ in }
        guard let context = unsafe lws_create_context(&info) else {
            unsafe Self.release(protocols, retryPolicy, ownerReference)
            throw TransportError(operation: .createLoop, code: 0, subject: "over libuv")
        }
        unsafe pointer = context
        guard let host = unsafe lws_get_vhost_by_name(context, "default") else {
            preconditionFailure("a context without explicit hosts has one called default")
        }
        unsafe virtualHost = host
    }

    /// The loop that callbacks go to; before that they find none and do nothing. Not retained.
    func attach(_ loop: EventLoop) {
        unsafe ownerReference.pointee = Unmanaged.passUnretained(loop).toOpaque()
    }

    /// The loop behind a connection of the library; `nil` while its context is being created.
    static func owner(of connection: OpaquePointer) -> EventLoop? {
        guard let context = unsafe lws_get_context(connection), let user = unsafe lws_context_user(context),
            let owner = unsafe user.assumingMemoryBound(to: UnsafeMutableRawPointer?.self).pointee
        else { return nil }
        return unsafe Unmanaged<EventLoop>.fromOpaque(owner).takeUnretainedValue()
    }

    /// Runs callbacks on this thread until `beginDestruction`.
    func serve() {
        unsafe _ = lws_service(pointer, 0)
    }

    /// Called from within `serve`, which returns when every socket is closed.
    func beginDestruction() {
        unsafe lws_context_destroy(pointer)
    }

    /// The second half, after `serve` has returned; the context is gone.
    func finishDestruction() {
        unsafe lws_context_destroy(pointer)
        unsafe Self.release(protocols, retryPolicy, ownerReference)
    }

    /// Watches a descriptor that the library does not read from; `opaque` comes back with each callback. Closed with its watcher.
    func adopt(descriptor: Int32, opaque: UnsafeMutableRawPointer?) -> OpaquePointer? {
        var adoption = unsafe lws_adopt_desc_t()
        unsafe adoption.vh = virtualHost
        unsafe adoption.type = LWS_ADOPT_RAW_FILE_DESC
        unsafe adoption.fd.filefd = descriptor
        unsafe adoption.vh_prot_name = Self.cString(Self.descriptorName)
        unsafe adoption.opaque = opaque
        return unsafe lws_adopt_descriptor_vhost_via_info(&adoption)
    }

    private static func cString(_ name: StaticString) -> UnsafePointer<CChar> {
        unsafe UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    private static func release(
        _ protocols: UnsafeMutablePointer<lws_protocols>, _ retryPolicy: UnsafeMutablePointer<lws_retry_bo_t>,
        _ ownerReference: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    ) {
        unsafe protocols.deallocate()
        unsafe retryPolicy.deallocate()
        unsafe ownerReference.deallocate()
    }
}
