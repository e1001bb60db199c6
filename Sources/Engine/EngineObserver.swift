/// Something the engine did that logs and counters may tell.
package enum EngineObservation: Sendable {
    /// From the block's begin to the listeners' having been told, COMMIT included.
    case committed(mutations: Int, rejections: Int, changes: Int, nanoseconds: Int64)
    /// A block was applied again without a mutation that took the transaction with it.
    case repeated(mutations: Int)
    case checkpointed(logFrames: Int, copiedFrames: Int, nanoseconds: Int64)
    /// Readers waited until the write-ahead log was emptied.
    case logReset(nanoseconds: Int64)
    /// The disk is full, and later: there is room again.
    case emergency(Bool)
    case scheduled(function: String, rejection: Rejection?)
    case fault(EngineFault)
}

/// Who is told. Called on the engine's thread; must not wait.
package protocol EngineObserver: AnyObject, Sendable {
    func observe(_ observation: EngineObservation)
}
