import Store

/// A block on its way into the file: what earlier attempts have taught, and what this one has done so far.
struct BlockAttempt {
    let block: Block
    /// Mutations that took the transaction with them, by place.
    private var refused: [Int: Rejection] = [:]
    private(set) var refusedSchedules: [String: Rejection] = [:]
    /// Whether every mutation has a savepoint; at first plain updates of one row go without.
    private(set) var usesSavepoints = false
    /// Whether neighbouring updates of one row are one write.
    private(set) var merges = true
    private(set) var repetitions = 0
    private(set) var metFullDisk = false
    /// Whether there is room for nothing at all.
    private(set) var writesNothing = false

    var outcomes: [Outcome] = []
    var emissions: [Emission] = []
    var schedules: [(function: String, rejection: Rejection?)] = []
    var hasWritten = false

    init(block: Block) { self.block = block }

    mutating func begin() {
        outcomes = []
        outcomes.reserveCapacity(block.mutations.count)
        emissions = []
        schedules = []
        hasWritten = false
    }

    func refusal(of place: Int) -> Rejection? { writesNothing ? .diskFull : refused[place] }

    mutating func noteFullDisk() { metFullDisk = true }

    /// Draws the lesson of an attempt that was undone. A second full disk in one block starts the emergency at once.
    mutating func learn(from failure: BlockFailure, isEmergency: inout Bool) {
        repetitions += 1
        switch failure {
        case .lost(let place, let rejection):
            refused[place] = rejection
            if rejection == .diskFull { noteFull(&isEmergency) }
        case .lostSchedule(let function, let rejection):
            refusedSchedules[function] = rejection
            if rejection == .diskFull { noteFull(&isEmergency) }
        case .needsSavepoints: usesSavepoints = true
        case .needsSingles: merges = false
        case .full:
            metFullDisk = true
            // Not even what the emergency allows fits: everything of this block is refused, and what is due stays due.
            if isEmergency { writesNothing = true }
            isEmergency = true
        }
    }

    private mutating func noteFull(_ isEmergency: inout Bool) {
        if metFullDisk { isEmergency = true }
        metFullDisk = true
    }
}
