import SQLite

/// How much work one mutation may be for SQLite, counted in its virtual machine's steps: the same for the same file and mutation.
final class StepBudget {
    /// Thousands of steps left.
    private var left: Int64 = .max
    private(set) var isSpent = false

    init(on connection: Connection) {
        connection.setProgressHandler(every: 1_000) { [unowned self] in
            left -= 1
            if left < 0 { isSpent = true }
            return !isSpent
        }
    }

    /// - Parameter steps: in thousands.
    func grant(_ steps: Int64) {
        left = steps
        isSpent = false
    }

    /// The engine's own statements are not counted.
    func suspend() { grant(.max) }
}
