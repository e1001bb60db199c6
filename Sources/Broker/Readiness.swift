internal import Synchronization

/// Whether the broker serves or is on its way out. Any thread.
final class Readiness: Sendable {
    private let draining = Atomic(false)

    var isDraining: Bool { draining.load(ordering: .relaxed) }

    func drain() { draining.store(true, ordering: .relaxed) }
}
