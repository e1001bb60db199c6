/// Counts of durations by size, to three significant digits, from 0 to 100 s; a fixed 224 KiB.
///
/// Values below 2048 ns have a counter each; above, each doubling of the value is cut into 1024 equal steps, so a counter is never wider
/// than a thousandth of
/// its value. Source: the layout of HdrHistogram.
package struct LatencyHistogram: Sendable {
    /// Longer durations count as this one.
    package static let limit: Int64 = 100_000_000_000

    private static let stepBits = 10
    private var counters = [UInt64](repeating: 0, count: index(of: limit) + 1)
    private var sum = 0.0
    private var sumOfSquares = 0.0

    package private(set) var count: UInt64 = 0
    /// Nanoseconds, exact; 0 when nothing was recorded.
    package private(set) var maximum: Int64 = 0
    private var least = Int64.max

    package init() {}

    /// Nanoseconds, exact; 0 when nothing was recorded.
    package var minimum: Int64 { count == 0 ? 0 : least }

    /// Counts a duration; a negative one counts as none.
    package mutating func record(nanoseconds: Int64) {
        let value = min(max(nanoseconds, 0), Self.limit)
        counters[Self.index(of: value)] += 1
        count += 1
        sum += Double(value)
        sumOfSquares += Double(value) * Double(value)
        least = min(least, value)
        maximum = max(maximum, value)
    }

    /// Adds all that another one counted.
    package mutating func merge(_ other: LatencyHistogram) {
        for index in counters.indices { counters[index] += other.counters[index] }
        count += other.count
        sum += other.sum
        sumOfSquares += other.sumOfSquares
        least = min(least, other.least)
        maximum = max(maximum, other.maximum)
    }

    /// Nanoseconds; 0 when nothing was recorded.
    package var mean: Double { count == 0 ? 0 : sum / Double(count) }

    /// Nanoseconds, of all that was recorded.
    package var standardDeviation: Double {
        guard count > 0 else { return 0 }
        return max(0, sumOfSquares / Double(count) - mean * mean).squareRoot()
    }

    /// The nanoseconds that `percent` (0…100) of the durations did not exceed, rounded up by less than a thousandth; 0 when nothing was
    /// recorded.
    package func percentile(_ percent: Double) -> Int64 {
        guard count > 0 else { return 0 }
        let share = min(max(percent, 0), 100) / 100
        let rank = max(1, UInt64((share * Double(count)).rounded(.up)))
        var seen: UInt64 = 0
        for (index, counter) in counters.enumerated() {
            seen += counter
            if seen >= rank { return min(Self.highest(at: index), maximum) }
        }
        return maximum
    }

    /// - Parameter value: not negative.
    private static func index(of value: Int64) -> Int {
        let shift = max(0, Int64.bitWidth - value.leadingZeroBitCount - stepBits - 1)
        return shift << stepBits + Int(value >> Int64(shift))
    }

    /// The largest value that has this counter.
    private static func highest(at index: Int) -> Int64 {
        let shift = max(0, index >> stepBits - 1)
        return Int64(index - shift << stepBits + 1) << Int64(shift) - 1
    }
}
