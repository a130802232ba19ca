import CompanionCore
import CompanionInMemory
import CompanionTesting
import Testing

@Suite struct RateLimiterConformanceTests {
    private func run(_ check: RateLimiterConformance.Check, _ sabotage: SabotagedRateLimiter.Sabotage) async throws {
        let clock = ManualClock()
        let limiter = SabotagedRateLimiter(sabotage, base: InMemoryRateLimiter(clock: clock))
        try await check.run(on: RateLimiterSubject(limiter: limiter, time: .manual(clock)))
    }

    @Test("Every rule is broken by a limiter that breaks it", arguments: RateLimiterConformance.checks)
    func everyCheckCanFail(_ check: RateLimiterConformance.Check) async throws {
        let sabotages = Self.breakers[check.name, default: []]
        #expect(!sabotages.isEmpty, "No sabotage is known for this rule.")
        for sabotage in sabotages {
            await #expect(throws: ConformanceFailure.self, "\(sabotage)") {
                // A random sequence of calls may miss it once.
                for _ in 0..<20 { try await run(check, sabotage) }
            }
        }
    }

    @Test("No rule is broken by the wrapper that breaks nothing", arguments: RateLimiterConformance.checks)
    func wrapper(_ check: RateLimiterConformance.Check) async throws { try await run(check, .nothing) }

    @Test("Every sabotage is of a rule that there is")
    func noStrangers() {
        #expect(Set(Self.breakers.keys) == Set(RateLimiterConformance.checks.map(\.name)))
    }

    private static let breakers: [String: [SabotagedRateLimiter.Sabotage]] = [
        "As many as the burst are allowed at once, and no more; what is left is told each time": [
            .allowsOneMore, .tellsWhatWasLeft,
        ],
        "A cost is taken whole or not at all, and a refusal takes nothing": [.countsCalls, .takesFromRefused],
        "A cost of 0 is always allowed and takes nothing": [.takesByLooking],
        "A cost above the burst is never allowed, says so, and takes nothing": [.alwaysPromises, .countsCalls],
        "Of several limits a cost is taken from all or from none, and the states keep their order": [
            .takesOneByOne, .sortsLimits,
        ],
        "Subjects and names have buckets of their own": [.ignoresSubjects, .ignoresNames, .comparesCharacters],
        "Of calls at once exactly as many are allowed as one after the other": [.decidesInTwoSteps],
        "Arguments out of their bounds are refused with an error, and take nothing": [.acceptsAnything],
        "In each interval there is room for one more, up to the burst": [.leaksTwice, .takesFromRefused],
        "What is told of the wait is true: no sooner, and no later": [.alwaysPromises, .waitsForReset],
        "After the time of the reset all can be taken again": [.resetsEarly],
        "With other numbers under its name a bucket goes on, and is at most full by them": [.ignoresOldNumbers],
        "After any sequence of calls and times the decisions are those of a leaking bucket": [
            .leaksTwice, .allowsOneMore, .takesOneByOne,
        ],
    ]
}
