/// What a realtime client tells, in the order in which it happened. Each channel is named without `realtime:`.
package enum RealtimeEvent: Sendable {
    case change(RowChange)
    case broadcast(UserBroadcast)
    /// A `system` message: `ok` after a join with bindings, `error` for a bad binding or an expired token.
    case system(channel: String, isError: Bool, message: String)
    /// The place asked for is not reachable any more: read the table anew. Changes go on from now.
    case resyncRequired(channel: String)
    /// The connection is gone; the client comes back by itself.
    case disconnected(ClientError)
    /// The channel is joined again; changes go on where they stopped.
    case rejoined(channel: String)
    /// The broker wants this channel joined anew; the client does so by itself.
    case interrupted(channel: String)
    /// The broker let the channel go, or refused to let it come back; final.
    case closed(channel: String, Refusal?)
    /// Anything else that a channel was sent: presence, for instance.
    case message(RealtimeMessage)
}
