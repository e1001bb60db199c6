import System

/// The threads that read: each has a connection of its own; jobs wait in one bounded queue. Any thread submits.
package final class Readers: Sendable {
    package typealias Job = @Sendable (Reader) -> Void

    private let queue: JobQueue
    private let threads: [Thread]

    /// - Parameters:
    ///   - path: of a file that a read-write connection has opened in WAL mode.
    ///   - gate: the same one the engine shuts.
    ///   - queueLimit: jobs that may wait.
    /// - Throws: `SQLiteError` when a connection cannot be opened; `SystemError` when a thread cannot be started.
    package init(path: String, schema: Schema, gate: ReadGate, threads count: Int = 2, queueLimit: Int = 1024) throws {
        let queue = JobQueue(lanes: count, limit: queueLimit)
        var threads: [Thread] = []
        do {
            for lane in 0..<count {
                let reader = try Reader(path: path, schema: schema, gate: gate)
                threads.append(try Thread.start(name: "reader-\(lane)") { Self.run(reader, queue, lane) })
            }
        } catch {
            queue.close()
            for thread in threads { thread.join() }
            throw error
        }
        self.queue = queue
        self.threads = threads
    }

    private static func run(_ reader: Reader, _ queue: JobQueue, _ lane: Int) {
        while let job = queue.next(for: lane) { job(reader) }
    }

    /// Hands a job to the first reader that is free.
    /// - Returns: false when the queue is full or closed: answer 503 with Retry-After.
    package func submit(_ job: @escaping Job) -> Bool { queue.add(job) }

    /// Jobs that wait for a reader.
    package var waitingJobs: Int { queue.count }

    /// Ends the threads after the jobs that wait; at most once, not from a reader.
    package func close() {
        queue.close()
        for thread in threads { thread.join() }
    }
}

/// Jobs for several threads, first come, first served. A thread without work sleeps at its own mailbox.
private final class JobQueue: Sendable {
    private struct State {
        var waiting: [Readers.Job] = []
        /// Where the next job stands in `waiting`; those before it are taken.
        var first = 0
        var idleLanes: [Int] = []
        var isClosed = false
    }

    private let state = Locked(State())
    private let lanes: [Mailbox<Readers.Job?>]
    private let limit: Int

    init(lanes count: Int, limit: Int) {
        lanes = (0..<count).map { _ in Mailbox(byteLimit: 1) }
        self.limit = limit
    }

    var count: Int { state.withLock { $0.waiting.count - $0.first } }

    func add(_ job: @escaping Readers.Job) -> Bool {
        enum Place { case refused, queued, lane(Int) }
        let place: Place = state.withLock { state in
            if state.isClosed || state.waiting.count - state.first >= limit { return .refused }
            if let lane = state.idleLanes.popLast() { return .lane(lane) }
            state.waiting.append(job)
            return .queued
        }
        switch place {
        case .refused: return false
        case .queued: return true
        // An idle lane's mailbox is empty.
        case .lane(let lane): return lanes[lane].put(job, bytes: 1)
        }
    }

    /// The next job; waits for one. Nil once the queue is closed and empty.
    func next(for lane: Int) -> Readers.Job? {
        while true {
            enum Turn { case job(Readers.Job), sleep, end }
            let turn: Turn = state.withLock { state in
                if state.first < state.waiting.count {
                    let job = state.waiting[state.first]
                    state.first += 1
                    if state.first == state.waiting.count || state.first > limit {
                        state.waiting.removeFirst(state.first)
                        state.first = 0
                    }
                    return .job(job)
                }
                if state.isClosed { return .end }
                state.idleLanes.append(lane)
                return .sleep
            }
            switch turn {
            case .job(let job): return job
            case .end: return nil
            case .sleep:
                for case let job? in lanes[lane].takeAll(waitUpTo: nil) { return job }
            }
        }
    }

    func close() {
        let idle = state.withLock { state in
            state.isClosed = true
            defer { state.idleLanes = [] }
            return state.idleLanes
        }
        for lane in idle { _ = lanes[lane].put(nil, bytes: 1) }
    }
}
