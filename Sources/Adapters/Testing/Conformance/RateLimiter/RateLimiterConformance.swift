public import CompanionCore

/// The contract of `RateLimiter` as checks.
///
/// ```swift
/// @Test(arguments: RateLimiterConformance.checks)
/// func conforms(_ check: RateLimiterConformance.Check) async throws {
///     let clock = ManualClock()
///     let limiter = InMemoryRateLimiter(clock: clock)
///     try await check.run(on: RateLimiterSubject(limiter: limiter, time: .manual(clock)))
/// }
/// ```
///
/// Each check works with subjects of its own, so one limiter can be put to all of them.
public enum RateLimiterConformance {
    public typealias Check = ConformanceCheck<RateLimiterSubject>

    public static let checks: [Check] = rateCostChecks + rateTimeChecks

    static func check(_ rule: String, _ body: @escaping @Sendable (RateLimiterProbe) async throws -> Void) -> Check {
        Check(rule) { subject, random in try await body(RateLimiterProbe(subject: subject, random: random)) }
    }
}

/// A rate limiter under test, and its time.
public struct RateLimiterSubject: Sendable {
    public var limiter: any RateLimiter
    public var time: ConformanceTime

    public init(limiter: any RateLimiter, time: ConformanceTime) {
        self.limiter = limiter
        self.time = time
    }
}

/// What the checks of rate limiters need.
struct RateLimiterProbe: Sendable {
    let limiter: any RateLimiter
    let time: ConformanceTime
    let random: SeededRandomSource
    private let identifiers = IdentifierGenerator()

    init(subject: RateLimiterSubject, random: SeededRandomSource) {
        limiter = subject.limiter
        time = subject.time
        self.random = random
    }

    /// Nobody else's, whatever the seed.
    func subject() -> RateLimitSubject { .user(identifiers.next()) }

    func number(in range: ClosedRange<Int>) -> Int { range.lowerBound + Int(random.next() % UInt64(range.count)) }

    /// One in each unit of time.
    func perUnit(_ name: String = "unit", burst: Int) -> RateLimit {
        RateLimit(name, count: 1, per: time.unit, burst: burst)
    }

    /// So slow that nothing leaks during a check, whatever time passes.
    func slow(_ name: String = "slow", burst: Int) -> RateLimit {
        RateLimit(name, count: burst, per: .seconds(86_400 * burst), burst: burst)
    }

    func take(_ subject: RateLimitSubject, _ limits: RateLimit...) async throws -> RateLimitDecision {
        try await limiter.take(1, for: subject, within: limits)
    }

    func take(_ cost: Int, _ subject: RateLimitSubject, _ limits: RateLimit...) async throws -> RateLimitDecision {
        try await limiter.take(cost, for: subject, within: limits)
    }

    /// How many of so many calls are allowed.
    func allowed(of calls: Int, _ subject: RateLimitSubject, _ limits: RateLimit...) async throws -> Int {
        var count = 0
        for _ in 0..<calls where try await limiter.take(1, for: subject, within: limits).isAllowed { count += 1 }
        return count
    }
}
