internal import CLibWebSockets
internal import Synchronization
internal import System

/// The one door through which other threads reach a loop: a flag and the library's `lws_cancel_service`, the only call it allows from
/// another thread (libwebsockets.h, "lws_cancel_service").
@safe final class LoopSignal: Sendable {
    @safe private struct Context: @unchecked Sendable {
        // `lws_cancel_service` is documented as safe from any thread while the context exists, which `detach` sees to.
        let pointer: OpaquePointer
    }

    private let context = Locked<Context?>(nil)
    private let isWoken = Atomic(false)

    func attach(_ pointer: OpaquePointer) {
        let reference = unsafe Context(pointer: pointer)
        context.withLock { $0 = reference }
    }

    /// After this no other thread touches the library for this loop.
    func detach() {
        context.withLock { $0 = nil }
    }

    /// Many wakes before the loop has answered are one.
    func wake() {
        guard !isWoken.exchange(true, ordering: .acquiringAndReleasing) else { return }
        interrupt()
    }

    /// Whether someone has woken the loop since it last asked.
    func takeWake() -> Bool {
        isWoken.exchange(false, ordering: .acquiringAndReleasing)
    }

    /// Lets the loop come round. The lock is held over the call on purpose: it keeps the context alive, and the call is one write to an
    /// eventfd (0.4 µs).
    func interrupt() {
        context.withLock { reference in
            if let reference { unsafe lws_cancel_service(reference.pointer) }
        }
    }
}
