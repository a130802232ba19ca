internal import Metrics
internal import Synchronization

/// All series of one name.
final class PrometheusFamily: Sendable {
    enum Kind: Sendable {
        case counter, gauge, seconds, numbers

        var suffix: String {
            switch self {
            case .counter: "_total"
            case .seconds: "_seconds"
            case .gauge, .numbers: ""
            }
        }

        /// As the text names it.
        var type: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .seconds, .numbers: "histogram"
            }
        }

        var buckets: [Double] {
            switch self {
            case .counter, .gauge: []
            case .seconds: PrometheusMetrics.seconds
            case .numbers: PrometheusMetrics.numbers
            }
        }
    }

    let name: String
    let kind: Kind
    private let bounds: PrometheusMetrics.Bounds
    private let all = Mutex<[String: PrometheusSeries]>([:])

    init(name: String, kind: Kind, bounds: PrometheusMetrics.Bounds) {
        self.name = name
        self.kind = kind
        self.bounds = bounds
    }

    /// The series of these labels, or the one for what has no room.
    func series(_ labels: [(name: String, value: String)]) -> PrometheusSeries {
        all.withLock { all in
            let key = PrometheusText.written(labels)
            if let series = all[key] { return series }
            // The last place is for all the others.
            let isFull = all.count >= bounds.series - 1
            let place = isFull ? PrometheusText.written(labels.map { ($0.name, "other") }) : key
            if let series = all[place] { return series }
            guard all.count < bounds.series else {
                // Of other names of labels: what was the place for others serves them too.
                return all.first { $0.key.contains("=\"other\"") }?.value ?? PrometheusSeries(buckets: kind.buckets)
            }
            let series = PrometheusSeries(buckets: kind.buckets)
            all[place] = series
            return series
        }
    }

    func write(to text: inout String) {
        text += "# TYPE \(name) \(kind.type)\n"
        for (labels, series) in all.withLock({ Array($0) }).sorted(by: { $0.key < $1.key }) {
            let state = series.state
            switch kind {
            case .counter, .gauge:
                text += "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(PrometheusText.number(state.sum))\n"
            case .seconds, .numbers:
                let prefix = labels.isEmpty ? "" : labels + ","
                var sum = 0
                for (end, count) in zip(series.buckets, state.counts) {
                    sum += count
                    text += "\(name)_bucket{\(prefix)le=\"\(PrometheusText.number(end))\"} \(sum)\n"
                }
                let braces = labels.isEmpty ? "" : "{\(labels)}"
                text += "\(name)_bucket{\(prefix)le=\"+Inf\"} \(state.count)\n"
                text += "\(name)_sum\(braces) \(PrometheusText.number(state.sum))\n"
                text += "\(name)_count\(braces) \(state.count)\n"
            }
        }
    }
}

/// What was recorded under one name with one set of labels.
final class PrometheusSeries: Sendable {
    struct State: Sendable {
        /// The value of a counter or gauge; the sum of a histogram.
        var sum = 0.0
        /// How many values a histogram has.
        var count = 0
        /// How many are in each bucket alone; what is above the last is in ``count`` only.
        var counts: [Int]
    }

    let buckets: [Double]
    private let current: Mutex<State>

    init(buckets: [Double]) {
        self.buckets = buckets
        current = Mutex(State(counts: [Int](repeating: 0, count: buckets.count)))
    }

    var state: State { current.withLock(\.self) }

    func add(_ amount: Double) { current.withLock { $0.sum += amount } }

    /// A counter never falls.
    func count(_ amount: Double) { if amount > 0, amount.isFinite { add(amount) } }

    func assign(_ value: Double) { current.withLock { $0.sum = value } }

    func clear() { current.withLock { $0 = State(counts: [Int](repeating: 0, count: buckets.count)) } }

    /// Into a histogram, or as the value of a gauge.
    func take(_ value: Double) {
        guard !buckets.isEmpty else { return assign(value) }
        guard value.isFinite else { return }
        current.withLock { state in
            state.sum += value
            state.count += 1
            if let index = buckets.firstIndex(where: { value <= $0 }) { state.counts[index] += 1 }
        }
    }
}

extension PrometheusSeries: CounterHandler {
    func increment(by amount: Int64) { count(Double(amount)) }
    func reset() { clear() }
}

extension PrometheusSeries: MeterHandler {
    func set(_ value: Int64) { assign(Double(value)) }
    func set(_ value: Double) { assign(value) }
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }
}

extension PrometheusSeries: RecorderHandler {
    func record(_ value: Int64) { take(Double(value)) }
    func record(_ value: Double) { take(value) }
}

extension PrometheusSeries: TimerHandler {
    func recordNanoseconds(_ duration: Int64) { take(Double(duration) / 1e9) }
}

/// A counter of fractions: apart, since a meter is increased by the same method, and may fall.
final class PrometheusSum: FloatingPointCounterHandler {
    private let series: PrometheusSeries

    init(_ series: PrometheusSeries) { self.series = series }

    func increment(by amount: Double) { series.count(amount) }
    func reset() { series.clear() }
}
