import CompanionCore
import CompanionInMemory
import CompanionTesting
import Testing

@Suite struct CacheConformanceTests {
    private func run(_ check: CacheConformance.Check, _ sabotage: SabotagedCache.Sabotage) async throws {
        let clock = ManualClock()
        let cache = SabotagedCache(sabotage, base: InMemoryCache(clock: clock), clock: clock)
        try await check.run(on: CacheSubject(cache: cache, time: .manual(clock)))
    }

    @Test("Every rule is broken by a cache that breaks it", arguments: CacheConformance.checks)
    func everyCheckCanFail(_ check: CacheConformance.Check) async throws {
        let sabotages = Self.breakers[check.name, default: []]
        #expect(!sabotages.isEmpty, "No sabotage is known for this rule.")
        for sabotage in sabotages {
            await #expect(throws: ConformanceFailure.self, "\(sabotage)") {
                // A random sequence of calls may miss it once.
                for _ in 0..<20 { try await run(check, sabotage) }
            }
        }
    }

    @Test("No rule is broken by the wrapper that breaks nothing", arguments: CacheConformance.checks)
    func wrapper(_ check: CacheConformance.Check) async throws { try await run(check, .nothing) }

    @Test("Every sabotage is of a rule that there is")
    func noStrangers() {
        #expect(Set(Self.breakers.keys) == Set(CacheConformance.checks.map(\.name)))
    }

    private static let breakers: [String: [SabotagedCache.Sabotage]] = [
        "What was kept is read, byte by byte; where nothing was, nothing is": [.takesEmptyForNothing, .cutsValues],
        "Keys are equal where their UTF-8 is, whatever is in them": [.comparesCharacters, .foldsCase],
        "Namespaces have keys of their own": [.ignoresThePerson, .ignoresThePurpose],
        "Only where nothing is kept does keeping if absent keep": [.addsAlways, .takesEmptyForNothing],
        "Of those who keep if absent at once, one succeeds, and it is the one whose value stays": [.addsInTwoSteps],
        "What is out of its bounds is refused, and what was there stays": [.acceptsAnything, .removesFirst],
        "All of a person's goes at once, and nobody else's": [.removesOnePurpose, .countsNothing],
        "From the end of its lifetime on nothing is there, and not before": [.expiresLate, .expiresEarly],
        "Reading makes nothing live longer": [.livesByReading],
        "A value that is kept instead has its own time, longer or shorter": [.keepsOldTimes],
        "Where something's time is over, keeping if absent keeps": [.expiresLate],
        "After any sequence of calls and times it holds what a table does": [
            .expiresLate, .addsAlways, .keepsOldTimes,
        ],
    ]
}
