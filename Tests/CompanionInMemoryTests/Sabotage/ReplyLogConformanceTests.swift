import CompanionCore
import CompanionInMemory
import CompanionTesting
import Testing

@Suite struct ReplyLogConformanceTests {
    private func run(_ check: ReplyLogConformance.Check, _ sabotage: SabotagedReplyLog.Sabotage) async throws {
        let clock = ManualClock()
        let log = SabotagedReplyLog(sabotage, base: InMemoryReplyLog(clock: clock))
        try await check.run(on: ReplyLogSubject(log: log, time: .manual(clock)))
    }

    @Test("Every rule is broken by a log that breaks it", arguments: ReplyLogConformance.checks)
    func everyCheckCanFail(_ check: ReplyLogConformance.Check) async throws {
        let sabotages = Self.breakers[check.name, default: []]
        #expect(!sabotages.isEmpty, "No sabotage is known for this rule.")
        for sabotage in sabotages {
            await #expect(throws: ConformanceFailure.self, "\(sabotage)") { try await run(check, sabotage) }
        }
    }

    @Test("No rule is broken by the wrapper that breaks nothing", arguments: ReplyLogConformance.checks)
    func wrapper(_ check: ReplyLogConformance.Check) async throws { try await run(check, .nothing) }

    @Test("Every sabotage is of a rule that there is")
    func noStrangers() {
        #expect(Set(Self.breakers.keys) == Set(ReplyLogConformance.checks.map(\.name)))
    }

    private static let breakers: [String: [SabotagedReplyLog.Sabotage]] = [
        "Frames are read in their order, byte by byte, after any of them": [.ignoresTheLimit, .readsFromTheNumber],
        "Appending the same again changes nothing, and what is new is appended": [.appendsTwice],
        "Frames that would leave a gap are refused": [.fillsGaps],
        "A log may begin with any number; who wants what was before is told that it is gone": [.hidesLosses],
        "Logs have frames of their own": [.ignoresTheName],
        "What is out of its bounds is refused, and nothing is appended": [.acceptsAnything],
        "Who waits gets the next frames when they are appended": [.neverWakes, .doesNotWait],
        "Of many frames whoever follows misses none and gets none twice": [.skipsWhenWaiting, .doesNotWait],
        "Who waits in vain gets nothing after that time, and not before": [.doesNotWait],
        "Who is cancelled waits no more": [.ignoresCancellation],
        "A log ends as a whole, counted from the last frame": [.expiresEarly, .countsFromTheFirst],
        "A log can be removed, and all of a person's at once, and nobody else's": [.removesNothing, .countsNothing],
    ]
}
