import System

/// The metrics of a process, by name and labels. Any thread. Metrics are registered at start, kept for ever, and cheap to use from then on.
package final class MetricRegistry: Sendable {
    /// Source: Prometheus exposition formats, text format 0.0.4.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private let families = Locked<[MetricFamily]>([])

    package init() {}

    /// Registers a counter; names end in `_total`.
    ///
    /// One name may be registered several times with other label values. Equal names with equal labels, or of two kinds, are a bug.
    package func counter(_ name: String, help: String, labels: KeyValuePairs<String, String> = [:]) -> Counter {
        let counter = Counter()
        register(name, help, labels, .counter(counter))
        return counter
    }

    package func gauge(_ name: String, help: String, labels: KeyValuePairs<String, String> = [:]) -> Gauge {
        let gauge = Gauge()
        register(name, help, labels, .gauge(gauge))
        return gauge
    }

    /// Registers a histogram; the name ends in the unit shown, as `_seconds` or `_bytes`. See `Histogram` for bounds and units.
    package func histogram(
        _ name: String, help: String, labels: KeyValuePairs<String, String> = [:], bounds: [Int64], unitsShownAsOne: Double = 1
    ) -> Histogram {
        let histogram = Histogram(bounds: bounds, unitsShownAsOne: unitsShownAsOne)
        register(name, help, labels, .histogram(histogram))
        return histogram
    }

    /// All metrics as Prometheus reads them, in the order of registration.
    package func render() -> [UInt8] {
        var output: [UInt8] = []
        for family in families.withLock({ $0 }) { family.render(into: &output) }
        return output
    }

    private func register(_ name: String, _ help: String, _ labels: KeyValuePairs<String, String>, _ metric: MetricFamily.Metric) {
        let series = MetricFamily.Series(labels: MetricFamily.Labels(labels), metric: metric)
        families.withLock { families in
            if let index = families.firstIndex(where: { $0.name == name }) {
                families[index].add(series)
            } else {
                families.append(MetricFamily(name: name, help: help, series))
            }
        }
    }
}
