internal import Client
internal import JSON
internal import System

/// `sluice bench`: measures a running broker from outside.
enum BenchCommand: Command {
    static let name = "bench"
    static let summary = "measure a running broker"
    static let help = """
        sluice bench e2e --subscribers 100 --rate 1000
        sluice bench e2e --subscribers 1000 --window 64 --pid $(pgrep -f 'sluice serve')
        sluice bench idle --connections 5000 --pid $(pgrep -f 'sluice serve')

        e2e: one publisher inserts distinct uploads over a socket, every subscriber of one binding receives each
          --subscribers N  sockets that receive (default 100)
          --rate R         inserts per second, open loop (default 1000)
          --window W       inserts on their way at once, closed loop
          --duration T     how long to measure (default 10s), after two seconds of warm-up
        idle: sockets that join one channel with one binding and do nothing
          --connections N  how many (default 5000)

          --pid PID        the broker's process, for its CPU seconds and memory
          --json           one JSON object
        \(Connecting.help)

        The rows that e2e writes are deleted at the end. The limit of open files (ulimit -n) must be above the number of sockets.
        """

    static func run(_ words: [String]) throws(CommandError) -> ExitCode {
        let arguments = try Arguments(
            words, options: Connecting.options.union(["subscribers", "rate", "window", "duration", "connections", "pid"]), flags: ["json"])
        let connecting = try Connecting(arguments)
        var process: ProcessUsage?
        if let pid = arguments.value("pid") {
            guard let found = ProcessUsage(pid: pid) else { throw CommandError("no process \(pid)", .usage) }
            process = found
        }
        let figures =
            switch arguments.positional.first {
            case "e2e": try endToEnd(arguments, connecting, process)
            case "idle": try idle(arguments, connecting, process)
            default: throw CommandError("which measurement: e2e or idle?", .usage)
            }
        Terminal.output(arguments.has("json") ? String(decoding: figures.bytes, as: UTF8.self) : table(figures))
        return .ok
    }

    // MARK: End to end

    private static func endToEnd(
        _ arguments: Arguments, _ connecting: Connecting, _ process: ProcessUsage?
    ) throws(CommandError) -> JSONValue {
        let subscribers = try arguments.integer("subscribers", in: 1...100_000, default: 100)
        let seconds = try arguments.seconds("duration", default: 10)
        let pace: FanOutBench.Pace =
            arguments.value("window") == nil
            ? .rate(try arguments.integer("rate", in: 1...10_000_000, default: 1000))
            : .window(try arguments.integer("window", in: 1...1_000_000, default: 64))
        let bench = FanOutBench(subscribers: subscribers, pace: pace)
        do throws(ClientError) {
            let loop = try LoadLoop(connecting.url, handler: bench)
            bench.open(on: loop, token: connecting.token)
            let giveUp = MonotonicTime.nanoseconds() + 60_000_000_000
            while !bench.isReady {
                try run(loop, nanoseconds: 100_000_000, unless: bench.lost)
                guard MonotonicTime.nanoseconds() < giveUp else { throw .timedOut("joining \(subscribers) sockets") }
            }
            bench.start(measuring: false)
            try run(loop, nanoseconds: 2_000_000_000, unless: bench.lost)
            bench.start(measuring: true)
            let before = Snapshot(bench, loop, process)
            try run(loop, nanoseconds: Int64(seconds) * 1_000_000_000, unless: bench.lost)
            let after = Snapshot(bench, loop, process)
            bench.stop()
            try run(loop, nanoseconds: 500_000_000, unless: bench.lost)
            try cleanUp(connecting)
            return figures(bench, before, after, subscribers: subscribers)
        } catch {
            throw CommandError(error)
        }
    }

    /// Where all counters stood at one moment.
    private struct Snapshot {
        let time: Int64
        let acknowledged: UInt64
        let frames: UInt64
        let cpuSeconds: Double?

        init(_ bench: FanOutBench, _ loop: LoadLoop, _ process: ProcessUsage?) {
            time = MonotonicTime.nanoseconds()
            acknowledged = bench.acknowledged
            frames = loop.receivedFrameCount
            cpuSeconds = process?.cpuSeconds
        }
    }

    private static func figures(_ bench: FanOutBench, _ before: Snapshot, _ after: Snapshot, subscribers: Int) -> JSONValue {
        let seconds = Double(after.time - before.time) / 1_000_000_000
        let writes = Double(after.acknowledged - before.acknowledged)
        let deliveries = Double(after.frames - before.frames) - writes
        var members: [JSONValue.Member] = [
            .init("subscribers", .int(Int64(subscribers))), .init("seconds", .double(rounded(seconds))),
            .init("writes_per_second", .double(rounded(writes / seconds))), .init("rejected", .int(Int64(bench.rejected))),
            .init("deliveries_per_second", .double(rounded(deliveries / seconds))),
        ]
        for (name, percent) in [("p50_ms", 50.0), ("p99_ms", 99), ("p999_ms", 99.9)] {
            members.append(.init(name, .double(rounded(Double(bench.latency.percentile(percent)) / 1_000_000))))
        }
        members.append(.init("max_ms", .double(rounded(Double(bench.latency.maximum) / 1_000_000))))
        if let start = before.cpuSeconds, let end = after.cpuSeconds, end > start {
            members.append(.init("server_cpu", .double(rounded((end - start) / seconds))))
            members.append(.init("deliveries_per_cpu_second", .double((deliveries / (end - start)).rounded())))
        }
        return .object(members)
    }

    private static func cleanUp(_ connecting: Connecting) throws(ClientError) {
        let client = connecting.realtime()
        defer { client.close() }
        _ = try client.join(ChannelRequest("sluice-bench"))
        _ = try client.write(RowWrite(.delete, "upload_queue", filter: "app_version=eq.\(FanOutBench.mark)"), on: "sluice-bench")
    }

    // MARK: Idle

    private static func idle(_ arguments: Arguments, _ connecting: Connecting, _ process: ProcessUsage?) throws(CommandError) -> JSONValue {
        let connections = try arguments.integer("connections", in: 1...100_000, default: 5000)
        let bench = IdleBench()
        let memory = process?.residentBytes
        let cpu = process?.cpuSeconds
        do throws(ClientError) {
            let loop = try LoadLoop(connecting.url, handler: bench)
            bench.open(connections, on: loop, token: connecting.token)
            let start = MonotonicTime.nanoseconds()
            while bench.joined < connections {
                try run(loop, nanoseconds: 100_000_000, unless: bench.lost)
                guard MonotonicTime.nanoseconds() - start < 120_000_000_000 else { throw .timedOut("joining \(connections) sockets") }
            }
            let seconds = Double(MonotonicTime.nanoseconds() - start) / 1_000_000_000
            let joinCPU = process.map { $0.cpuSeconds - (cpu ?? 0) }
            try run(loop, nanoseconds: 2_000_000_000, unless: bench.lost)
            var members: [JSONValue.Member] = [
                .init("connections", .int(Int64(connections))), .init("joins_per_second", .double(rounded(Double(connections) / seconds))),
            ]
            if let process, let memory, let joinCPU {
                members.append(.init("bytes_per_connection", .int(Int64((process.residentBytes - memory) / connections))))
                members.append(.init("cpu_us_per_join", .double(rounded(joinCPU * 1_000_000 / Double(connections)))))
            }
            return .object(members)
        } catch {
            throw CommandError(error)
        }
    }

    // MARK: Both

    private static func run(_ loop: LoadLoop, nanoseconds: Int64, unless lost: @autoclosure () -> ClientError?) throws(ClientError) {
        try loop.run(until: MonotonicTime.nanoseconds() + nanoseconds)
        if let error = lost() { throw error }
    }

    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }

    private static func table(_ figures: JSONValue) -> String {
        guard case .object(let members) = figures else { return "" }
        let width = members.map(\.key.count).max() ?? 0
        return members.map { member in
            let name = member.key.split(separator: "_").joined(separator: " ")
            return name + String(repeating: " ", count: width - name.count + 2) + String(decoding: member.value.bytes, as: UTF8.self)
        }.joined(separator: "\n")
    }
}
