import CompanionCore
import TestRandomness
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct DisclosureClockTests {
    let start = Date(timeIntervalSince1970: 1_800_000_000)

    /// The minutes at which something is told, where somebody does something every `step` minutes.
    func told(_ rule: DisclosureProfile.Rule, every step: Int = 5, for minutes: Int = 600) -> [Int] {
        var clock = DisclosureClock()
        return stride(from: 0, through: minutes, by: step).filter {
            clock.activity(at: start.addingTimeInterval(Double($0) * 60), rule: rule) != nil
        }
    }

    @Test("Each profile tells at the start, and again after its interval of continuous use")
    func profiles() {
        #expect(told(DisclosureProfile.california.adult) == [0])
        #expect(told(DisclosureProfile.california.minor) == [0, 180, 360, 540])
        #expect(told(DisclosureProfile.newYork.adult) == [0, 180, 360, 540])
        #expect(told(DisclosureProfile.washington.minor, for: 180) == [0, 60, 120, 180])
        #expect(told(DisclosureProfile.washington.adult) == [0, 180, 360, 540])
        #expect(told(DisclosureProfile.oregon.minor) == [0, 180, 360, 540])
        #expect(told(DisclosureProfile.oregon.adult) == [0])
    }

    @Test("The strictest profile is at least as strict as each, for each age; unknown is as strict as minors")
    func strictest() {
        for age in AgeBand.all {
            let strictest = DisclosureProfile.strictest.rule(for: age)
            for profile in [DisclosureProfile.california, .newYork, .washington, .oregon] {
                let rule = profile.rule(for: age)
                #expect(strictest.atStart || !rule.atStart)
                if let interval = rule.interval { #expect(strictest.interval ?? .max <= interval) }
                #expect(strictest.suggestsBreak || !rule.suggestsBreak)
            }
        }
        #expect(DisclosureProfile.strictest.rule(for: .unknown) == DisclosureProfile.strictest.minor)
        #expect(DisclosureProfile.strictest.adult.interval == 3 * 3600)
        #expect(DisclosureProfile.strictest.minor == .init(interval: 3600, suggestsBreak: true))
    }

    @Test("A pause begins a new stretch, with a start and not a reminder; less than a pause does not")
    func pauses() {
        var clock = DisclosureClock()
        let rule = DisclosureProfile.Rule(interval: 3600)
        let pause = DisclosureClock.pause
        var now = start
        var occasions: [Disclosure.Occasion?] = []
        for step in [0, pause - 1, pause - 1, pause - 1, pause, pause - 1] {
            now += step
            occasions.append(clock.activity(at: now, rule: rule)?.occasion)
        }
        #expect(occasions == [.start, nil, nil, .reminder, .start, nil])
    }

    @Test("At any times, nobody uses it for an interval and a pause without being told")
    func property() {
        var random = SeededGenerator.announced()
        for _ in 0..<200 {
            var clock = DisclosureClock()
            var now = start
            var lastTold: Date?
            let rule = DisclosureProfile.Rule(interval: 3600)
            for _ in 0..<200 {
                now += Double.random(in: 0...2_400, using: &random)
                if clock.activity(at: now, rule: rule) != nil { lastTold = now }
                #expect(lastTold.map { now.timeIntervalSince($0) < 3600 } ?? false)
            }
        }
    }

    @Test("A clock that is set back tells again rather than never")
    func setBack() {
        var clock = DisclosureClock()
        let rule = DisclosureProfile.Rule(interval: 3600)
        let times = [start, start - 86_400, start - 86_400 + 1_000]
        let occasions = times.map { clock.activity(at: $0, rule: rule)?.occasion }
        #expect(occasions == [.start, .start, nil])
    }
}
