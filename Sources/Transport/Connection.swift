/// One WebSocket connection, in its slot of the loop's table. Kept small: an idle one is this and the library's own record.
@safe struct Connection {
    enum Stage {
        case free
        case open
        /// We close: the outbox is written first, then the close frame.
        case closing
        /// The library closes: nothing may be written any more.
        case ending
    }

    /// The library's connection; `nil` in a free slot.
    var socket: OpaquePointer?
    var generation: UInt32 = 0
    var stage = Stage.free
    var isDirty = false
    /// Something was dropped: the delegate wants to hear when the outbox is empty.
    var owesDrained = false
    /// Nothing is read from the peer until it has read what it asked for.
    var isPaused = false
    /// A ping is due as soon as the socket takes bytes.
    var owesPing = false
    /// What `closed` will report.
    var closeCode: UInt16 = 1006
    var closeReason = ""
    var address = ""
    var outbox = Outbox()
    /// The fragments of a message so far.
    var message: [UInt8] = []
    /// The tick at which the peer was last heard.
    var lastHeard: UInt64 = 0
}
