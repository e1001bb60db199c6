/// When rows were last emitted, for as long as that matters: entries vanish one to two intervals after they were made.
///
/// Two generations of a dictionary, so that forgetting costs nothing per row.
struct RecentEmissions {
    private let interval: Int64
    private var current: [RowPlace: Int64] = [:]
    private var previous: [RowPlace: Int64] = [:]
    private var startedAt: Int64 = 0

    /// - Parameter interval: the longest throttle interval of any table, microseconds.
    init(interval: Int64) { self.interval = interval }

    func time(of row: RowPlace) -> Int64? { current[row] ?? previous[row] }

    mutating func note(_ row: RowPlace, at clock: Int64) {
        if clock - startedAt >= interval {
            previous = clock - startedAt >= 2 * interval ? [:] : current
            current = [:]
            startedAt = clock
        }
        current[row] = clock
    }

    mutating func forget(_ row: RowPlace) {
        current[row] = nil
        previous[row] = nil
    }
}
