import Telemetry
import Testing

@Suite("Metrics") struct MetricTests {
    @Test("renders families in order, labels and help escaped")
    func render() {
        let registry = MetricRegistry()
        let changes = registry.counter("sluice_changes_total", help: "Changes committed.", labels: ["table": "upload_queue"])
        let connections = registry.gauge("sluice_connections", help: "Open sockets,\nall loops \\ \"kinds\".")
        let others = registry.counter("sluice_changes_total", help: "Changes committed.", labels: ["table": "a\"b\\c\nd", "kind": "x"])
        changes.add()
        changes.add(41)
        others.add(1_000_000)
        connections.set(10)
        connections.add(-3)
        let expected = #"""
            # HELP sluice_changes_total Changes committed.
            # TYPE sluice_changes_total counter
            sluice_changes_total{table="upload_queue"} 42
            sluice_changes_total{table="a\"b\\c\nd",kind="x"} 1000000
            # HELP sluice_connections Open sockets,\nall loops \\ "kinds".
            # TYPE sluice_connections gauge
            sluice_connections 7

            """#
        #expect(String(decoding: registry.render(), as: UTF8.self) == expected)
        #expect(changes.value == 42)
        #expect(connections.value == 7)
    }

    @Test("renders a histogram cumulatively, in the unit shown")
    func histogram() {
        let registry = MetricRegistry()
        let commits = registry.histogram(
            "sluice_commit_seconds", help: "Commit.", labels: ["loop": "0"], bounds: [300, 1000, 2_500_000], unitsShownAsOne: 1e6)
        for value in [0, 300, 301, 1000, 9_000_000] as [Int64] { commits.observe(value) }
        let expected = #"""
            # HELP sluice_commit_seconds Commit.
            # TYPE sluice_commit_seconds histogram
            sluice_commit_seconds_bucket{loop="0",le="0.0003"} 2
            sluice_commit_seconds_bucket{loop="0",le="0.001"} 4
            sluice_commit_seconds_bucket{loop="0",le="2.5"} 4
            sluice_commit_seconds_bucket{loop="0",le="+Inf"} 5
            sluice_commit_seconds_sum{loop="0"} 9.001601
            sluice_commit_seconds_count{loop="0"} 5

            """#
        #expect(String(decoding: registry.render(), as: UTF8.self) == expected)
        #expect(commits.cumulativeCounts == [2, 4, 4, 5])
        #expect(commits.sum == 9_001_601)
    }

    @Test("renders nothing when nothing is registered")
    func empty() {
        #expect(MetricRegistry().render().isEmpty)
    }

    @Test("keeps every addition of several threads")
    func concurrency() async {
        let counter = Counter()
        let histogram = Histogram(bounds: [1])
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    for number in 0..<1000 {
                        counter.add()
                        histogram.observe(Int64(number % 3))
                    }
                }
            }
        }
        #expect(counter.value == 4000)
        #expect(histogram.cumulativeCounts == [2668, 4000])
    }

    @Test("a name of two kinds, a repeated series and an unlawful name are bugs")
    func bugs() async {
        await #expect(processExitsWith: .failure) {
            let registry = MetricRegistry()
            _ = registry.counter("a", help: "")
            _ = registry.gauge("a", help: "")
        }
        await #expect(processExitsWith: .failure) {
            let registry = MetricRegistry()
            _ = registry.counter("a", help: "")
            _ = registry.counter("a", help: "")
        }
        await #expect(processExitsWith: .failure) { _ = MetricRegistry().counter("1a", help: "") }
        await #expect(processExitsWith: .failure) { _ = MetricRegistry().counter("a", help: "", labels: ["b c": ""]) }
    }
}
