import CompanionCore
import CompanionInMemory
import CompanionTesting
import Testing

@Suite("The cache in memory")
struct InMemoryCacheTests {
    @Test("It keeps the port's contract", arguments: CacheConformance.checks)
    func conforms(_ check: CacheConformance.Check) async throws {
        let clock = ManualClock()
        try await check.run(on: CacheSubject(cache: InMemoryCache(clock: clock), time: .manual(clock)))
    }

    @Test(
        "It keeps the port's contract as that is put to a server with a clock of its own",
        arguments: CacheConformance.checks)
    func conformsInMovingTime(_ check: CacheConformance.Check) async throws {
        let clock = ManualClock()
        var time = ConformanceTime.manual(clock)
        time.standsStill = false
        try await check.run(on: CacheSubject(cache: InMemoryCache(clock: clock), time: time))
    }

    @Test("Its bound holds, and what was used longest ago goes first")
    func bound() async throws {
        let cache = InMemoryCache(maximumBytes: 10_000)
        for number in 0..<100 {
            try await cache.set(
                [UInt8](repeating: 1, count: 1_000), for: "\(number)", in: .shared("a"), expiringAfter: .seconds(60))
            _ = try await cache.value(for: "0", in: .shared("a"))
        }
        var kept: [Int] = []
        for number in 0..<100 where try await cache.value(for: "\(number)", in: .shared("a")) != nil {
            kept.append(number)
        }
        #expect(kept == [0] + Array(94...99))
    }
}
