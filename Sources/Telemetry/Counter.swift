import Synchronization

/// A number that only grows. Any thread; one relaxed atomic addition.
package final class Counter: Sendable {
    private let count = Atomic<Int64>(0)

    package init() {}

    /// - Parameter amount: not negative.
    package func add(_ amount: Int64 = 1) {
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    package var value: Int64 { count.load(ordering: .relaxed) }
}
