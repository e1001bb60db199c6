/// How often values fell between fixed bounds. Any thread; two relaxed atomic additions per value.
package final class Histogram: Sendable {
    /// Upper bounds, inclusive, increasing, in the unit of what is observed.
    let bounds: [Int64]
    /// Observed units in one unit of what is shown: 1,000,000 when microseconds are observed and seconds are shown.
    let unitsShownAsOne: Double
    private let buckets: [Counter]
    private let total = Counter()

    package init(bounds: [Int64], unitsShownAsOne: Double = 1) {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "histogram bounds must increase")
        self.bounds = bounds
        self.unitsShownAsOne = unitsShownAsOne
        buckets = (0...bounds.count).map { _ in Counter() }
    }

    package func observe(_ value: Int64) {
        var bucket = 0
        while bucket < bounds.count, value > bounds[bucket] { bucket += 1 }
        buckets[bucket].add()
        total.add(value)
    }

    /// Values up to each bound, then all values.
    package var cumulativeCounts: [Int64] {
        var sum: Int64 = 0
        return buckets.map { bucket in
            sum += bucket.value
            return sum
        }
    }

    /// The sum of all values. May run ahead of or behind the counts by what other threads are observing.
    package var sum: Int64 { total.value }
}
