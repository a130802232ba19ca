public import Metrics
internal import Synchronization

/// Keeps metrics in this process, and writes them as Prometheus reads them (text format 0.0.4).
///
/// ```swift
/// let metrics = PrometheusMetrics()
/// MetricsSystem.bootstrap(metrics)
/// // at GET /metrics, with PrometheusMetrics.contentType
/// let page = metrics.text()
/// ```
///
/// - Counters end in `_total`. Timers, and recorders whose label ends in `duration` or speaks of a `time_to`, are histograms of
///   seconds and end in `_seconds`. Other recorders that aggregate are histograms of powers of four; those that do not, and meters,
///   are gauges.
/// - Characters that Prometheus does not know in names become `_`. What is recorded under a name that another kind of metric has
///   is dropped, and counted in `metrics_dropped_total`.
/// - Memory is bounded: beyond ``Bounds/families`` new names are dropped; beyond ``Bounds/series`` of one name, what has new labels
///   goes to the series whose labels are all `other`.
public final class PrometheusMetrics: MetricsFactory {
    /// How much is kept.
    public struct Bounds: Sendable {
        /// How many names. 512 unless set.
        public var families: Int
        /// How many sets of labels of one name. 256 unless set.
        public var series: Int
        /// The longest value of a label, in bytes; longer ones are cut. 128 unless set.
        public var labelBytes: Int

        public init(families: Int = 512, series: Int = 256, labelBytes: Int = 128) {
            precondition(families >= 1 && series >= 1 && labelBytes >= 4, "Metrics need room.")
            self.families = families
            self.series = series
            self.labelBytes = labelBytes
        }
    }

    /// What an answer with ``text()`` has as its Content-Type.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The upper ends of the buckets of seconds.
    static let seconds = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120,
    ]
    /// The upper ends of the buckets of numbers.
    static let numbers: [Double] = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576]

    private let bounds: Bounds
    private let families = Mutex<[String: PrometheusFamily]>([:])
    private let dropped = Mutex(0)

    public init(bounds: Bounds = .init()) { self.bounds = bounds }

    /// All metrics, each name with its series, in the order of their names.
    public func text() -> String {
        var text = ""
        for family in families.withLock({ Array($0.values) }).sorted(by: { $0.name < $1.name }) {
            family.write(to: &text)
        }
        text += "# TYPE metrics_dropped_total counter\nmetrics_dropped_total \(dropped.withLock(\.self))\n"
        return text
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, .counter)
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler { PrometheusSum(series(label, dimensions, .counter)) }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, .gauge)
    }

    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        series(label, dimensions, aggregate ? (Self.isTime(label) ? .seconds : .numbers) : .gauge)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, .seconds)
    }

    // What was counted stays: a series that vanishes and comes again would seem to begin anew.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    private static func isTime(_ label: String) -> Bool {
        label.hasSuffix("duration") || label.hasSuffix("_seconds") || label.contains("time_to")
    }

    private func series(
        _ label: String, _ dimensions: [(String, String)], _ kind: PrometheusFamily.Kind
    ) -> PrometheusSeries {
        let name = PrometheusText.name(label, suffix: kind.suffix)
        let family: PrometheusFamily? = families.withLock { families in
            if let family = families[name] { return family.kind == kind ? family : nil }
            guard families.count < bounds.families, name != "metrics_dropped_total" else { return nil }
            let family = PrometheusFamily(name: name, kind: kind, bounds: bounds)
            families[name] = family
            return family
        }
        guard let family else {
            dropped.withLock { $0 += 1 }
            return PrometheusSeries(buckets: kind.buckets)
        }
        return family.series(PrometheusText.labels(dimensions, maximumBytes: bounds.labelBytes))
    }
}
