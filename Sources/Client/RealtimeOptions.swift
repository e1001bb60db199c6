/// How a realtime client behaves.
package struct RealtimeOptions: Sendable {
    /// For connecting, and for each reply.
    package var timeout = Duration.seconds(10)
    /// Between heartbeats; one that is unanswered when the next is due ends the connection. The official clients' value.
    package var heartbeat = Duration.seconds(25)
    package var backoff = Backoff()
    package var messageByteLimit = 16 << 20
    /// Events that may wait while a reply is awaited.
    package var eventLimit = 100_000

    package init() {}
}
