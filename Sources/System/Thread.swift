import Glibc
import Synchronization

/// A POSIX thread that runs one closure.
package final class Thread: Sendable {
    private let handle: pthread_t
    private let isJoined = Atomic(false)

    private init(handle: pthread_t) {
        self.handle = handle
    }

    deinit {
        if !isJoined.load(ordering: .relaxed) { pthread_detach(handle) }
    }

    /// Starts a thread; what `body` captures belongs to it from now on. Signals blocked here are blocked there.
    /// - Parameters:
    ///   - name: shown by debuggers and `top -H`; the kernel keeps 15 bytes.
    ///   - stackBytes: the whole stack; at least 16 KiB, in pages.
    /// - Throws: `SystemError` when the system gives no more threads or memory, or the stack size is not lawful.
    package static func start(
        name: String, stackBytes: Int = 1 << 20, _ body: sending @escaping () -> Void
    ) throws(SystemError) -> Thread {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        var code = unsafe pthread_attr_setstacksize(&attributes, stackBytes)
        guard code == 0 else { throw SystemError(operation: "set stack size of thread", path: name, errno: code) }
        let entry = unsafe Unmanaged.passRetained(Entry(name: name, body: body))
        var handle = pthread_t()
        code = unsafe pthread_create(&handle, &attributes, enter, entry.toOpaque())
        guard code == 0 else {
            unsafe entry.release()
            throw SystemError(operation: "create thread", path: name, errno: code)
        }
        return Thread(handle: handle)
    }

    /// Waits until the closure has returned. At most once, and not from the thread itself; a thread nobody joins cleans up after itself.
    package func join() {
        precondition(!isJoined.exchange(true, ordering: .relaxed), "a thread is joined once")
        let code = pthread_join(handle, nil)
        precondition(code == 0, "a thread cannot join itself")
    }
}

private final class Entry {
    let name: String
    let body: () -> Void

    init(name: String, body: sending @escaping () -> Void) {
        self.name = name
        self.body = body
    }
}

private func enter(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context = unsafe context else { return nil }
    let entry = unsafe Unmanaged<Entry>.fromOpaque(context).takeRetainedValue()
    // pthread_setname_np is not in the headers as Swift reads them. A thread without its name still works.
    try? FileDescriptor(opening: "/proc/thread-self/comm", O_WRONLY).writeAll(Array(entry.name.utf8.prefix(15)))
    entry.body()
    return nil
}
