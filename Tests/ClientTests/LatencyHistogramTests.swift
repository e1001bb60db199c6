import Client
import Testing

@Suite("Latency histogram")
struct LatencyHistogramTests {
    @Test("is empty at first")
    func empty() {
        let histogram = LatencyHistogram()
        #expect(histogram.count == 0)
        #expect(histogram.minimum == 0)
        #expect(histogram.maximum == 0)
        #expect(histogram.percentile(50) == 0)
        #expect(histogram.mean == 0)
        #expect(histogram.standardDeviation == 0)
    }

    static let values: [Int64] =
        [
            0, 1, 999, 1000, 2047, 2048, 2049, 4095, 4096, 65_535, 1_000_000, 123_456_789, 1 << 36, (1 << 36) - 1, 99_999_999_999,
            100_000_000_000,
        ]

    @Test("keeps three digits of a value", arguments: values)
    func precision(value: Int64) {
        var histogram = LatencyHistogram()
        histogram.record(nanoseconds: value)
        histogram.record(nanoseconds: LatencyHistogram.limit)
        let shown = histogram.percentile(50)
        #expect(shown >= value)
        #expect(Double(shown - value) <= Double(value) / 1000)
    }

    @Test("clamps what lies outside")
    func clamps() {
        var histogram = LatencyHistogram()
        histogram.record(nanoseconds: -5)
        histogram.record(nanoseconds: .max)
        histogram.record(nanoseconds: .min)
        #expect(histogram.minimum == 0)
        #expect(histogram.maximum == LatencyHistogram.limit)
        #expect(histogram.percentile(100) == LatencyHistogram.limit)
        #expect(histogram.percentile(-1) == 0)
        #expect(histogram.percentile(.infinity) == LatencyHistogram.limit)
    }

    static let ranks: [(Double, Int64)] = [(0, 1), (1, 1), (50, 50), (99, 99), (99.5, 100), (100, 100)]

    @Test("percentiles are nearest ranks", arguments: ranks)
    func percentiles(percent: Double, expected: Int64) {
        var histogram = LatencyHistogram()
        for value in (1...100).reversed() { histogram.record(nanoseconds: Int64(value)) }
        #expect(histogram.percentile(percent) == expected)
    }

    @Test("mean and deviation are of the values themselves")
    func moments() {
        var histogram = LatencyHistogram()
        for value in [2, 4, 4, 4, 5, 5, 7, 9] as [Int64] { histogram.record(nanoseconds: value * 1_000_000) }
        #expect(histogram.mean == 5_000_000)
        #expect(histogram.standardDeviation == 2_000_000)
    }

    @Test("merging is recording everything in one")
    func merging() {
        var parts = [LatencyHistogram(), LatencyHistogram()]
        var whole = LatencyHistogram()
        for value in 0..<5000 {
            let nanoseconds = Int64(value * value * 37)
            parts[value % 2].record(nanoseconds: nanoseconds)
            whole.record(nanoseconds: nanoseconds)
        }
        parts[0].merge(parts[1])
        #expect(parts[0].count == whole.count)
        #expect(parts[0].minimum == whole.minimum)
        #expect(parts[0].maximum == whole.maximum)
        for percent in [1.0, 25, 50, 90, 99, 99.9, 100] { #expect(parts[0].percentile(percent) == whole.percentile(percent)) }
    }
}
