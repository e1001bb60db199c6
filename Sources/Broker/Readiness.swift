internal import Synchronization
internal import System

/// Whether the broker serves or is on its way out, and how many sockets are left. Any thread.
final class Readiness: Sendable {
    private let draining = Atomic(false)
    private let sockets = Atomic(0)
    private let empty = Mailbox<Bool>(byteLimit: 64)

    var isDraining: Bool { draining.load(ordering: .acquiring) }

    var socketCount: Int { sockets.load(ordering: .relaxed) }

    func socketOpened() { sockets.wrappingAdd(1, ordering: .relaxed) }

    func socketClosed() {
        let left = sockets.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue
        if left == 0, isDraining { _ = empty.put(true, bytes: 1) }
    }

    func drain() { draining.store(true, ordering: .releasing) }

    /// Waits until every socket is closed, or the time is over.
    func waitUntilEmpty(nanoseconds: Int64) {
        guard sockets.load(ordering: .acquiring) > 0 else { return }
        _ = empty.takeAll(waitUpTo: nanoseconds)
    }
}
