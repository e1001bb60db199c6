import System
import Testing

@Suite("Locks, threads, clocks") struct LockedTests {
    final class Shared: Sendable {
        let count = Locked(0)
    }

    @Test("keeps every increment of several threads")
    func increments() throws {
        let shared = Shared()
        let threads = try (0..<4).map { index throws(SystemError) in
            try Thread.start(name: "adder \(index)") {
                for _ in 0..<10_000 { shared.count.withLock { $0 += 1 } }
            }
        }
        for thread in threads { thread.join() }
        #expect(shared.count.withLock { $0 } == 40_000)
    }

    @Test("is free again after a body that throws")
    func throwing() {
        struct Refusal: Error {}
        let lock = Locked([1])
        #expect(throws: Refusal.self) {
            try lock.withLock { (value: inout [Int]) throws(Refusal) in
                value.append(2)
                throw Refusal()
            }
        }
        let value = lock.withLock { $0 }
        #expect(value == [1, 2])
    }

    @Test("a thread runs under its name, cut to what the kernel keeps")
    func name() throws {
        let name = Locked<[UInt8]>([])
        let shared = Kept(lock: name)
        try Thread.start(name: "a name that is too long", stackBytes: 1 << 16) {
            let comm = try? File("/proc/thread-self/comm").read(limit: 64)
            shared.lock.withLock { $0 = comm ?? [] }
        }.join()
        #expect(shared.lock.withLock { String(decoding: $0, as: UTF8.self) } == "a name that is \n")
    }

    final class Kept: Sendable {
        let lock: Locked<[UInt8]>
        init(lock: consuming Locked<[UInt8]>) { self.lock = lock }
    }

    @Test("refuses a stack that is too small")
    func smallStack() {
        let error = #expect(throws: SystemError.self) { try Thread.start(name: "tiny", stackBytes: 1) {} }
        #expect(error?.description == "set stack size of thread tiny: invalid argument")
    }

    @Test("time passes and is of this age")
    func clocks() {
        let first = MonotonicTime.nanoseconds()
        #expect(MonotonicTime.nanoseconds() >= first)
        // 2025-01-01 and 2100-01-01.
        #expect((1_735_689_600_000_000..<4_102_444_800_000_000).contains(WallTime.microseconds()))
        #expect(abs(WallTime.secondsEastOfUTC(at: 0)) <= 14 * 3600)
        let used = CPUTime.nanoseconds()
        #expect(used > 0)
        #expect(CPUTime.nanoseconds() >= used)
    }
}
