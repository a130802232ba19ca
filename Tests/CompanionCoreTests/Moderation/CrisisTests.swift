import CompanionCore
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct CrisisTests {
    let matcher: KeywordMatcher
    init() throws { matcher = try KeywordMatcher(CrisisPhrases.english) }

    @Test(
        "Who says in English that they mean to harm themselves is heard, also in disguise",
        arguments: [
            "I want to kill myself.", "i'm gonna k!ll mys3lf", "I am going to end my life tonight", "i wish I was dead",
            "Honestly I'm suicidal", "im suicidal", "I've been cutting myself again", "I don't want to live anymore",
            "I dont want to be alive", "everyone would be better off without me", "I want to end it all",
            "I think about killing myself every day", "i want to die", "I W A N T  T O  D I E",
            "i want to unalive myself",
        ])
    func heard(_ text: String) { #expect(!matcher.matches(in: text).isEmpty) }

    @Test(
        "Stories, figures of speech and other people are not taken for it",
        arguments: [
            "He wanted to kill himself in the third act.", "I want to die of embarrassment!",
            "I was killing myself laughing.",
            "You kill me.", "This killed my motivation.", "I would never kill myself.",
            "I shot myself in the foot? I'd shoot myself in the foot.",
            "She took her own life in chapter two.", "My phone is dead.", "I am dying to see you", "cut my hair",
            "end my lifelong quest",
            "The dead were better off.", "I want to diet",
            "I'm tired of living in Turin... no, of the rain.".replacing("living", with: "working"),
        ])
    func notHeard(_ text: String) { #expect(matcher.matches(in: text).isEmpty) }

    @Test("Every phrase finds itself, and is of self-harm with intent")
    func phrases() {
        for (index, term) in CrisisPhrases.english.enumerated() {
            #expect(matcher.matches(in: term.text).contains { $0.term == index }, "\(term.text)")
            #expect(term.category == .selfHarmIntent)
        }
    }

    @Test("An episode is answered once; it ends with the quiet, and not with the clock")
    func episodes() {
        var state = ModerationState()
        let start = Date(timeIntervalSince1970: 1_800_000_000)
        for (time, isFirst) in [(0.0, true), (3_599, false), (7_000, false), (-86_400, false), (20_000, true)] {
            let begins = state.noteCrisis(at: start + time, quiet: .seconds(3_600))
            #expect(begins == isFirst, "\(time)")
        }
    }

    @Test("Help is that of the country where it is known, else the international one; each names its source")
    func directory() {
        let directory = CrisisDirectory.standard
        #expect(directory.entry(for: "us").resources[0].contact == "Call or text 988")
        for country in [nil, "", "XX"] { #expect(directory.entry(for: country) == directory.international) }
        for entry in directory.countries.values + [directory.international] {
            #expect(!entry.source.isEmpty && !entry.resources.isEmpty)
        }
    }

    @Test("Years are counted in UTC, add up, and know nobody")
    func counters() {
        var counters = ModerationCounters()
        func date(_ seconds: Double) -> Date { Date(timeIntervalSince1970: seconds) }
        counters.count(\.crisisReferrals, at: date(1_767_225_599))  // 2025-12-31T23:59:59Z
        counters.count(\.crisisReferrals, at: date(1_767_225_600))  // 2026-01-01T00:00:00Z
        counters.count(\.blockedReplies, at: date(1_709_164_800))  // 2024-02-29
        counters.count(\.disclosures, at: date(-1))  // 1969
        #expect(counters.years.keys.sorted() == [1969, 2024, 2025, 2026])
        var sum = counters
        sum.add(counters)
        #expect(sum.years[2026]?.crisisReferrals == 2 && sum.years[2024]?.blockedReplies == 2)
    }
}
