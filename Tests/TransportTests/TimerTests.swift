import System
import Testing

@testable import Transport

@Suite("Timers", .timeLimit(.minutes(1))) struct TimerTests {
    private func keys(_ due: [TimerWheel.Key]) -> [UInt64] {
        due.compactMap { if case .delegate(let key) = $0 { key } else { nil } }
    }

    @Test("fall due at their tick, not before", arguments: [1, 2, 1_023, 1_024, 1_025, 5_000] as [UInt64])
    func due(_ ticks: UInt64) {
        var wheel = TimerWheel()
        _ = wheel.advance(to: 777)
        wheel.schedule(afterTicks: ticks, .delegate(1))
        #expect(keys(wheel.advance(to: 777 + ticks - 1)) == [])
        #expect(wheel.count == 1)
        #expect(keys(wheel.advance(to: 777 + ticks)) == [1])
        #expect(wheel.count == 0)
        #expect(keys(wheel.advance(to: 777 + ticks + 3_000)) == [])
    }

    @Test("all fall due after a long stop, each once")
    func longStop() {
        var wheel = TimerWheel()
        for key in 0..<3_000 as Range<UInt64> { wheel.schedule(afterTicks: key + 1, .delegate(key)) }
        #expect(keys(wheel.advance(to: 10)).sorted() == Array(0..<10))
        #expect(keys(wheel.advance(to: 2_500)).sorted() == Array(10..<2_500))
        #expect(keys(wheel.advance(to: 1_000_000)).sorted() == Array(2_500..<3_000))
    }

    @Test("come on the loop, in order, and not early")
    func onLoop() throws {
        let server = try TestServer()
        defer { server.stop() }
        let start = MonotonicTime.nanoseconds()
        server.onLoop { loop in
            loop.schedule(afterMilliseconds: 200, key: 2)
            loop.schedule(afterMilliseconds: 0, key: 0)
            loop.schedule(afterMilliseconds: 75, key: 1)
            loop.schedule(afterMilliseconds: -5, key: 0)
        }
        var fired: [UInt64] = []
        while fired.count < 4, let event = server.next() {
            if case .timer(let key) = event { fired.append(key) }
        }
        #expect(fired == [0, 0, 1, 2])
        #expect(MonotonicTime.nanoseconds() - start >= 200_000_000)
    }

    @Test("many wakes are one when the loop is busy")
    func wakes() throws {
        let server = try TestServer()
        defer { server.stop() }
        let handle = server.handle
        server.onLoop { _ in for _ in 0..<1_000 { handle.wake() } }
        server.onLoop { $0.schedule(afterMilliseconds: 0, key: 9) }
        var wakes = 0
        while let event = server.next(), event != .timer(9) {
            if event == .woken { wakes += 1 }
        }
        #expect((2...3).contains(wakes))
    }
}
