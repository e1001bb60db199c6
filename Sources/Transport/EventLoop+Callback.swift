internal import CLibWebSockets

/// The library's one callback: finds the loop, calls the method for the reason, returns its verdict (not 0: close the socket).
func loopCallback(
    _ socket: OpaquePointer?, _ reason: lws_callback_reasons, _ user: UnsafeMutableRawPointer?, _ input: UnsafeMutableRawPointer?,
    _ length: Int
) -> Int32 {
    guard let socket = unsafe socket, let loop = unsafe LibraryContext.owner(of: socket) else { return 0 }
    let keeps: Bool
    switch reason {
    case LWS_CALLBACK_RECEIVE: keeps = unsafe loop.received(socket, UnsafeRawBufferPointer(start: input, count: length))
    case LWS_CALLBACK_RECEIVE_PONG: keeps = unsafe loop.heard(socket)
    case LWS_CALLBACK_SERVER_WRITEABLE: keeps = unsafe loop.writable(socket)
    case LWS_CALLBACK_ESTABLISHED: keeps = unsafe loop.established(socket)
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        keeps = unsafe loop.peerCloses(socket, UnsafeRawBufferPointer(start: input, count: length))
    case LWS_CALLBACK_WS_SERVER_DROP_PROTOCOL: keeps = unsafe loop.libraryCloses(socket)
    case LWS_CALLBACK_CLOSED: keeps = unsafe loop.closed(socket)
    case LWS_CALLBACK_RAW_RX_FILE: keeps = unsafe loop.descriptorReadable(socket)
    case LWS_CALLBACK_RAW_WRITEABLE_FILE: keeps = unsafe loop.descriptorWritable(socket)
    case LWS_CALLBACK_RAW_CLOSE_FILE: keeps = unsafe loop.descriptorClosed(socket)
    case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
        loop.interrupted()
        keeps = true
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: keeps = unsafe loop.confirmsUpgrade(socket, input)
    // Plain HTTP and raw sockets never reach the library here; should one, it goes.
    case LWS_CALLBACK_HTTP, LWS_CALLBACK_RAW_ADOPT, LWS_CALLBACK_RAW_RX: keeps = false
    default: keeps = true
    }
    return keeps ? 0 : -1
}

extension EventLoop {
    /// The guard against a use-after-free of libwebsockets 4.1.6 (CVE-2025-11677, not fixed in Debian's 4.1.6-3): after it has refused an
    /// unknown Upgrade the library frees the headers and still calls this with a pointer into them. So `input` is not looked at unless the
    /// header is there and exactly as long as `websocket`. The library is only handed handshakes of our own making; this holds even if
    /// that should change.
    func confirmsUpgrade(_ socket: OpaquePointer, _ input: UnsafeMutableRawPointer?) -> Bool {
        guard unsafe lws_hdr_total_length(socket, WSI_TOKEN_UPGRADE) == 9, let input = unsafe input,
            unsafe strncasecmp(input.assumingMemoryBound(to: CChar.self), "websocket", 9) == 0
        else { return false }
        return unsafe arrival != nil
            && lws_hdr_total_length(socket, WSI_TOKEN_GET_URI) > 0
            && lws_hdr_total_length(socket, WSI_TOKEN_KEY) == 24
            && lws_hdr_total_length(socket, WSI_TOKEN_VERSION) == 2
    }
}
