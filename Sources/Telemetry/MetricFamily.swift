import JSON

/// The metrics of one name. Source: Prometheus exposition formats, text format 0.0.4.
struct MetricFamily: Sendable {
    enum Metric: Sendable {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(Histogram)

        var type: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    struct Series: Sendable {
        let labels: Labels
        let metric: Metric
    }

    /// Labels as they stand between the braces: `table="upload_queue"`.
    struct Labels: Sendable, Hashable {
        private(set) var text: [UInt8] = []

        init(_ labels: KeyValuePairs<String, String>) {
            for (key, value) in labels { add(key, value) }
        }

        mutating func add(_ key: String, _ value: String) {
            precondition(MetricFamily.isName(key) && !key.contains(":"), "\(key) is no name of a label")
            if !text.isEmpty { text.append(UInt8(ascii: ",")) }
            text.appendText(key)
            text.appendText("=\"")
            text.appendEscaped(value, quotes: true)
            text.append(UInt8(ascii: "\""))
        }
    }

    let name: String
    private let help: String
    private var series: [Series]

    init(name: String, help: String, _ first: Series) {
        precondition(Self.isName(name), "\(name) is no name of a metric")
        self.name = name
        self.help = help
        series = [first]
    }

    mutating func add(_ another: Series) {
        precondition(series.allSatisfy { $0.metric.type == another.metric.type }, "\(name) is registered as two kinds of metric")
        precondition(series.allSatisfy { $0.labels != another.labels }, "\(name) is registered twice with the same labels")
        series.append(another)
    }

    private static func isName(_ name: String) -> Bool {
        let isLawful = name.utf8.allSatisfy { byte in
            (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":")
        }
        guard let first = name.utf8.first else { return false }
        return isLawful && first &- 0x30 >= 10
    }

    func render(into output: inout [UInt8]) {
        output.appendText("# HELP \(name) ")
        output.appendEscaped(help, quotes: false)
        output.appendText("\n# TYPE \(name) \(series.first?.metric.type ?? "untyped")\n")
        for series in series {
            switch series.metric {
            case .counter(let counter): sample("", series.labels, Double(counter.value), &output)
            case .gauge(let gauge): sample("", series.labels, Double(gauge.value), &output)
            case .histogram(let histogram): render(histogram, series.labels, &output)
            }
        }
    }

    private func render(_ histogram: Histogram, _ labels: Labels, _ output: inout [UInt8]) {
        let counts = histogram.cumulativeCounts
        for (index, count) in counts.enumerated() {
            var bound: [UInt8] = []
            if index < histogram.bounds.count {
                bound.appendJSONNumber(Double(histogram.bounds[index]) / histogram.unitsShownAsOne)
            } else {
                bound.appendText("+Inf")
            }
            var labels = labels
            labels.add("le", String(decoding: bound, as: UTF8.self))
            sample("_bucket", labels, Double(count), &output)
        }
        sample("_sum", labels, Double(histogram.sum) / histogram.unitsShownAsOne, &output)
        sample("_count", labels, Double(counts.last ?? 0), &output)
    }

    private func sample(_ suffix: String, _ labels: Labels, _ value: Double, _ output: inout [UInt8]) {
        output.appendText(name)
        output.appendText(suffix)
        if !labels.text.isEmpty {
            output.append(UInt8(ascii: "{"))
            output.append(contentsOf: labels.text)
            output.append(UInt8(ascii: "}"))
        }
        output.append(UInt8(ascii: " "))
        output.appendJSONNumber(value)
        output.append(UInt8(ascii: "\n"))
    }
}

extension [UInt8] {
    /// Appends help text or a label's value with the format's escapes.
    fileprivate mutating func appendEscaped(_ text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\n"): appendText("\\n")
            case UInt8(ascii: "\\"): appendText("\\\\")
            case UInt8(ascii: "\"") where quotes: appendText("\\\"")
            default: append(byte)
            }
        }
    }
}
