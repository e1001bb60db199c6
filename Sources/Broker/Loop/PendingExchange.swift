internal import REST
internal import Transport

/// A request that waits for its answer. Any thread may hold it; its loop answers.
struct PendingExchange: Sendable {
    let id: ExchangeID
    /// What the answer carries besides its own headers: those for requests of other origins.
    let headers: [(String, String)]
}

/// A REST request whose mutation is with the engine.
struct WaitingWrite {
    let exchange: PendingExchange
    let plan: WritePlan
}
