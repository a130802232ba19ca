/// How long one thing took, many times; in seconds.
public struct Samples: Sendable {
    private var seconds: [Double] = []

    public init() {}

    public var median: Double { quantile(0.5) }

    public func quantile(_ share: Double) -> Double {
        let sorted = seconds.sorted()
        precondition(!sorted.isEmpty, "Nothing was measured.")
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }

    public mutating func add(_ value: Double) { seconds.append(value) }

    public mutating func measure<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        let start = ContinuousClock.now
        let result = try await body()
        add((ContinuousClock.now - start).inSeconds)
        return result
    }

    public mutating func measureBlocking<Result>(_ body: () -> Result) -> Result {
        let start = ContinuousClock.now
        let result = body()
        add((ContinuousClock.now - start).inSeconds)
        return result
    }
}

extension Duration {
    public var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
