import Synchronization

/// A number that goes up and down. Any thread; one relaxed atomic operation.
package final class Gauge: Sendable {
    private let level = Atomic<Int64>(0)

    package init() {}

    package func set(_ value: Int64) {
        level.store(value, ordering: .relaxed)
    }

    /// - Parameter amount: may be negative.
    package func add(_ amount: Int64) {
        level.wrappingAdd(amount, ordering: .relaxed)
    }

    package var value: Int64 { level.load(ordering: .relaxed) }
}
