import CompanionObservability
import Metrics
import TestRandomness
import Testing

struct PrometheusMetricsTests {
    @Test("Each kind of metric is written as Prometheus reads it")
    func kinds() {
        let metrics = PrometheusMetrics()
        let factory: any MetricsFactory = metrics
        Counter(label: "app.hits", dimensions: [("path", "/a \"b\"\\\n")], factory: factory).increment(by: 3)
        Meter(label: "app.level", factory: factory).set(2.5)
        Recorder(label: "app.turn.duration", dimensions: [], aggregate: true, factory: factory).record(0.3)
        Metrics.Timer(label: "app.wait", dimensions: [], factory: factory).recordNanoseconds(200_000_000)
        let lines = metrics.text().split(separator: "\n").map(String.init)
        #expect(lines.contains("# TYPE app_hits_total counter"))
        #expect(lines.contains(#"app_hits_total{path="/a \"b\"\\\n"} 3"#))
        #expect(lines.contains("app_level 2.5"))
        #expect(lines.contains("# TYPE app_turn_duration_seconds histogram"))
        #expect(lines.contains(#"app_turn_duration_seconds_bucket{le="0.25"} 0"#))
        #expect(lines.contains(#"app_turn_duration_seconds_bucket{le="0.5"} 1"#))
        #expect(lines.contains(#"app_wait_seconds_bucket{le="0.25"} 1"#))
        #expect(lines.contains("app_wait_seconds_count 1"))
    }

    @Test("A counter never falls, and neither does one of fractions")
    func counters() {
        let metrics = PrometheusMetrics()
        let factory: any MetricsFactory = metrics
        factory.makeCounter(label: "a", dimensions: []).increment(by: 5)
        factory.makeCounter(label: "a", dimensions: []).increment(by: -2)
        factory.makeFloatingPointCounter(label: "b", dimensions: []).increment(by: 0.5)
        factory.makeFloatingPointCounter(label: "b", dimensions: []).increment(by: -4)
        factory.makeFloatingPointCounter(label: "b", dimensions: []).increment(by: .nan)
        let text = metrics.text()
        #expect(text.contains("a_total 5\n"))
        #expect(text.contains("b_total 0.5\n"))
    }

    @Test("A name that another kind has is dropped and counted")
    func kindsOfOneName() {
        let metrics = PrometheusMetrics()
        metrics.makeMeter(label: "x_total", dimensions: []).set(Int64(7))
        metrics.makeCounter(label: "x", dimensions: []).increment(by: 1)
        let text = metrics.text()
        #expect(text.contains("x_total 7\n"))
        #expect(!text.contains("x_total 1\n"))
        #expect(text.contains("metrics_dropped_total 1\n"))
    }

    @Test("Whatever is recorded, the text is well-formed, histograms agree with themselves, and memory is bounded")
    func anything() throws {
        var random = SeededGenerator.announced()
        let bounds = PrometheusMetrics.Bounds(families: 12, series: 8, labelBytes: 16)
        let metrics = PrometheusMetrics(bounds: bounds)
        func word() -> String {
            let alphabet: [Character] = [
                "a", "b", "é", "\n", "\"", "\\", ".", "{", "}", ",", "=", " ", "9", "👩‍👩‍👧", "\u{0}",
            ]
            return String(
                (0..<Int.random(in: 0...20, using: &random)).map { _ in alphabet.randomElement(using: &random)! })
        }
        for _ in 0..<3_000 {
            let label = random.chance(1, in: 2) ? "m\(Int.random(in: 0..<6, using: &random))" : word()
            let labels = (0..<Int.random(in: 0...3, using: &random)).map { _ in (word(), word()) }
            let value = Double.random(in: -10...1e7, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: metrics.makeCounter(label: label, dimensions: labels).increment(by: Int64(value))
            case 1: metrics.makeMeter(label: label, dimensions: labels).set(value)
            case 2: metrics.makeRecorder(label: label, dimensions: labels, aggregate: true).record(value)
            case 3: metrics.makeTimer(label: label, dimensions: labels).recordNanoseconds(Int64(value))
            default: metrics.makeFloatingPointCounter(label: label, dimensions: labels).increment(by: value)
            }
        }
        let text = metrics.text()
        let line = /(?s)([a-zA-Z_][a-zA-Z0-9_]*)(?:\{([a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (\S+)/
        var families = 0
        var series: [String: Int] = [:]
        var family = ""
        var last = 0
        for row in text.split(separator: "\n") {
            if row.hasPrefix("# TYPE ") {
                families += 1
                family = String(row.split(separator: " ")[2])
                continue
            }
            let match = try #require(row.wholeMatch(of: line), "\(row)")
            #expect(Double(match.3.replacing("+", with: "")) != nil, "\(row)")
            #expect(match.1.hasPrefix(family))
            if row.contains("_bucket{") {
                let count = try #require(Int(match.3))
                if row.contains(#"le="0.001""#) || row.contains(#"le="1"}"#) && !family.hasSuffix("_seconds") {
                    last = 0
                }
                #expect(count >= last, "\(row)")
                last = count
            } else if row.contains("_count") {
                #expect(Int(match.3) == last, "\(row)")
                series[family, default: 0] += 1
            } else if !row.contains("_sum") {
                series[family, default: 0] += 1
            }
        }
        #expect(families <= bounds.families + 1)
        #expect(series.values.allSatisfy { $0 <= bounds.series })
    }
}
