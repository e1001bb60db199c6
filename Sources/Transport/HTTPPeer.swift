/// One socket that speaks HTTP/1.1: where its current request stands.
@safe final class HTTPPeer {
    enum Phase {
        /// Waits for a whole head, which stays in the kernel's buffer until then.
        case head
        case body
        /// The delegate has the request; nothing is read.
        case waiting
        /// The answer is on its way; nothing is read.
        case writing
        /// The last answer is out and our side closed; what the client still sends is thrown away, so that no reset overtakes the answer.
        case lingering
    }

    let serial: UInt64
    let descriptor: Int32
    let address: String
    /// The library's watcher of the descriptor; `nil` only until it is adopted.
    var watcher: OpaquePointer?

    var phase = Phase.head
    /// The request being received or answered, counted from 1.
    var number: UInt32 = 0
    /// The first bytes of a head that had to be taken before it was whole; mostly none.
    var begun: [UInt8] = []
    /// Bytes of an incomplete head that were seen and left where they are.
    var seen = 0
    var head: HTTPRequestHead?
    var body: [UInt8] = []
    /// The answer, and how much of it is written.
    var output: [UInt8] = []
    var written = 0
    var closesAfterAnswer = false
    var answersHead = false
    var isPaused = false
    /// To be closed by the library as soon as it comes round.
    var isDoomed = false
    /// The tick at which the current phase has lasted too long (`.max`: never), and the tick for which a timer is set.
    var deadline = UInt64.max
    var armed = UInt64.max

    init(serial: UInt64, descriptor: Int32, address: String) {
        self.serial = serial
        self.descriptor = descriptor
        self.address = address
    }
}
