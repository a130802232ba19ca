import CompanionCore
import CompanionInMemory
import CompanionTesting
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("The rate limiter in memory")
struct InMemoryRateLimiterTests {
    let limit = RateLimit("a", count: 2, per: .seconds(60))

    @Test("It keeps the port's contract", arguments: RateLimiterConformance.checks)
    func conforms(_ check: RateLimiterConformance.Check) async throws {
        let clock = ManualClock()
        try await check.run(on: RateLimiterSubject(limiter: InMemoryRateLimiter(clock: clock), time: .manual(clock)))
    }

    @Test("Its bound holds, and the subject that asked longest ago is forgotten first")
    func bound() async throws {
        let limiter = InMemoryRateLimiter(maximumBuckets: 3, clock: ManualClock())
        for name in ["a", "b", "c", "a", "d"] { _ = try await limiter.take(1, for: .named(name), within: [limit]) }
        var remaining: [Int] = []
        for name in ["a", "b", "c", "d"] {
            remaining.append(try await limiter.take(0, for: .named(name), within: [limit]).states[0].remaining)
        }
        #expect(remaining == [0, 2, 1, 1])
    }

    @Test("A clock that is set back makes nobody wait longer than from a full bucket")
    func clockSetBack() async throws {
        let clock = ManualClock()
        let limiter = InMemoryRateLimiter(clock: clock)
        _ = try await limiter.take(2, for: .named("a"), within: [limit])
        clock.set(to: clock.now.addingTimeInterval(-86_400 * 365))
        let refusal = try await limiter.take(1, for: .named("a"), within: [limit])
        #expect(refusal.retryAfter == .seconds(30))
        clock.advance(by: .seconds(30))
        #expect(try await limiter.take(1, for: .named("a"), within: [limit]).isAllowed)
    }
}
