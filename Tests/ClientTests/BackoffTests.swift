import Client
import Testing

@Suite("Delays between tries")
struct BackoffTests {
    struct Zeros: RandomNumberGenerator {
        func next() -> UInt64 { 0 }
    }

    @Test("double up to the limit and begin anew after a success")
    func doubling() {
        var backoff = Backoff(first: .seconds(1), limit: .seconds(5))
        var low = Zeros()
        let delays = (0..<5).map { _ in backoff.next(using: &low) }
        #expect(delays == [500, 1000, 2000, 2500, 2500].map { .milliseconds($0) })
        backoff.reset()
        #expect(backoff.next(using: &low) == .milliseconds(500))
    }

    @Test("lie between half of the step and all of it")
    func jitter() {
        var backoff = Backoff(first: .seconds(1), limit: .seconds(1))
        var generator = SystemRandomNumberGenerator()
        var delays: Set<Duration> = []
        for _ in 0..<100 {
            let delay = backoff.next(using: &generator)
            #expect(delay >= .milliseconds(500) && delay < .seconds(1))
            delays.insert(delay)
        }
        #expect(delays.count > 50)
    }
}
