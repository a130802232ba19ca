/// How time passes for the subject of a conformance suite.
public struct ConformanceTime: Sendable {
    /// What the checks count time in. With real time: long beside a few calls of the subject.
    public var unit: Duration
    /// Whether no time passes but by ``advance``; only then can checks be exact.
    public var standsStill: Bool
    /// Returns when so much more time has passed for the subject.
    public var advance: @Sendable (Duration) async throws -> Void

    public init(
        unit: Duration, standsStill: Bool, advance: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.unit = unit
        self.standsStill = standsStill
        self.advance = advance
    }

    /// The time of a clock that the subject was given.
    public static func manual(_ clock: ManualClock) -> ConformanceTime {
        ConformanceTime(unit: .seconds(1), standsStill: true) { clock.advance(by: $0) }
    }

    /// The time of a server that has a clock of its own: the checks wait for it.
    public static func real(unit: Duration = .milliseconds(200)) -> ConformanceTime {
        ConformanceTime(unit: unit, standsStill: false) { try await Task.sleep(for: $0) }
    }
}
