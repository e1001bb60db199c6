/// What one event loop takes from its peers and keeps for them. Times and counts marked (0: off) may be switched off.
package struct TransportLimits: Sendable {
    /// Sockets of one loop at once, HTTP and WebSocket together; one more is closed as soon as it is accepted.
    package var connections = 16_000
    /// Sockets of one loop from one address at once (0: off).
    package var connectionsPerAddress = 0
    /// Bytes of one message from a client, fragments together; more closes with 1009.
    package var messageBytes = 5_000_000
    /// Bytes of one request body; more is answered 413.
    package var httpBodyBytes = 10_485_760
    /// Bytes of one request's head, request line to empty line; more closes the socket without an answer.
    package var headerBytes = 16_384
    /// Droppable bytes that may wait for one connection before they are dropped.
    package var outboxBytes = 1_048_576
    /// Control bytes that may wait for one connection before it is closed with 1013.
    package var controlBytes = 1_048_576
    /// Seconds for a request's head to arrive, counted from the connect or from the request's first byte; also the head start a body has.
    package var upgradeTimeoutSeconds = 10
    /// Seconds a socket may be silent: a WebSocket is pinged at half of it and closed with 1000, an HTTP connection is closed (0: off).
    package var idleTimeoutSeconds = 60
    /// The kernel's send buffer per socket. Without a bound a silent reader pins 3 to 4 MiB of kernel memory; with 64 KiB about 0.2 MiB
    /// (measured on Linux 6).
    package var sendBufferBytes = 65_536

    package init() {}
}
