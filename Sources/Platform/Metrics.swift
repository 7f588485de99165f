/// What the service counts and measures, for Prometheus to read.
///
/// Metrics are registered when the service starts. Counting then takes no lock: a thread with its own shard writes its
/// own memory.
public final class Metrics: Sendable {
    public struct Sample: Sendable {
        /// In the order of the metric's label names.
        public let labels: [String]
        public let value: Double

        public init(_ labels: [String], _ value: Double) { (self.labels, self.value) = (labels, value) }
    }

    struct Family: Sendable {
        let name: String
        let help: String
        let type: String
        let write: @Sendable (inout MetricsText) -> Void
    }

    private let families = Monitor<[Family]>([])

    public init() {}

    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    // MARK: Registration

    public func counter(_ name: String, _ help: String, labels: [MetricLabel] = []) -> Counter {
        let counter = Counter(labels)
        register(name, help, "counter", labels.map(\.name)) { counter.write(name, to: &$0) }
        return counter
    }

    /// `bounds` are the upper bounds of the buckets, growing; the infinite one is added.
    public func histogram(
        _ name: String, _ help: String, bounds: [Double] = Histogram.durations, labels: [MetricLabel] = []
    ) -> Histogram {
        let histogram = Histogram(bounds, labels)
        register(name, help, "histogram", labels.map(\.name)) { histogram.write(name, to: &$0) }
        return histogram
    }

    /// A value that `read` tells when it is asked for; with nil the metric has no sample then.
    public func gauge(_ name: String, _ help: String, _ read: @escaping @Sendable () -> Double?) {
        register(name, help, "gauge", []) { text in
            if let value = read() { text.sample(name, [], MetricsText.number(value)) }
        }
    }

    /// Values with labels that are known when they are asked for.
    public func gauge(
        _ name: String, _ help: String, labels: [String], _ read: @escaping @Sendable () -> [Sample]
    ) {
        register(name, help, "gauge", labels) { text in
            for sample in read() {
                text.sample(name, Array(zip(labels, sample.labels)), MetricsText.number(sample.value))
            }
        }
    }

    /// A total that something else counts.
    public func counter(_ name: String, _ help: String, _ read: @escaping @Sendable () -> Double?) {
        register(name, help, "counter", []) { text in
            if let value = read() { text.sample(name, [], MetricsText.number(value)) }
        }
    }

    private func register(
        _ name: String, _ help: String, _ type: String, _ labels: [String],
        _ write: @escaping @Sendable (inout MetricsText) -> Void
    ) {
        // Names are literals of the program: a wrong one is found by whoever starts it first.
        precondition(name.hasPrefix("inspectia_") || name.hasPrefix("process_"), "\(name): unknown prefix")
        precondition(([name] + labels).allSatisfy(Self.isName), "\(name): not a name")
        precondition(!labels.contains("le") && Set(labels).count == labels.count, "\(name): labels")
        families.withLock { families in
            precondition(!families.contains { $0.name == name }, "\(name) is registered twice")
            families.append(Family(name: name, help: help, type: type, write: write))
        }
    }

    private static func isName(_ text: String) -> Bool {
        !text.hasPrefix("_") && text.utf8.first.map { !(0x30...0x39 ~= $0) } == true
            && text.utf8.allSatisfy { 0x61...0x7a ~= $0 || 0x30...0x39 ~= $0 || $0 == UInt8(ascii: "_") }
    }

    // MARK: Reading

    /// All metrics in the Prometheus text format, in the order of their registration.
    public func exposition() -> [UInt8] {
        var text = MetricsText()
        for family in families.withLock({ $0 }) {
            text.family(family.name, help: family.help, type: family.type)
            family.write(&text)
        }
        return text.bytes
    }
}
