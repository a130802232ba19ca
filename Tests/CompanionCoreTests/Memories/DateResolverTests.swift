import TestRandomness
import Testing

@testable import CompanionCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct DateResolverTests {
    /// Sunday, 1 June 2025, 12:00 UTC.
    static let now = Date(timeIntervalSince1970: 1_748_779_200)

    @Test(
        "Relative dates are written out, seen from when they were said",
        arguments: [
            ("Ada met Mia yesterday.", "Ada met Mia on 31 May 2025."),
            ("Ada moved to Turin last week.", "Ada moved to Turin in the week of 19 May 2025."),
            ("Ada has an exam next Friday.", "Ada has an exam on 6 June 2025."),
            ("Ada saw Mia last Friday.", "Ada saw Mia on 30 May 2025."),
            ("Ada was in Rome last Sunday.", "Ada was in Rome on 25 May 2025."),
            ("Ada started a job in March.", "Ada started a job in March 2025."),
            ("Ada will move in March.", "Ada will move in March 2026."),
            ("Ada will fly to Rome on Tuesday.", "Ada will fly to Rome on 3 June 2025."),
            ("Ada went to Rome on Tuesday.", "Ada went to Rome on 27 May 2025."),
            ("Three days ago Ada fell.", "On 29 May 2025 Ada fell."),
            ("Ada moves in two weeks.", "Ada moves in the week of 9 June 2025."),
            ("Ada quit a year ago.", "Ada quit in 2024."),
            ("Ada has lived here since last March.", "Ada has lived here since March 2025."),
            ("Ada met Tom the day before yesterday.", "Ada met Tom on 30 May 2025."),
            ("Ada will marry on 5 May.", "Ada will marry on 5 May 2026."),
            ("Ada hikes this weekend.", "Ada hikes on the weekend of 31 May 2025."),
            ("Ada slept badly last night.", "Ada slept badly on 31 May 2025."),
        ])
    func writingOut(text: String, expected: String) {
        #expect(DateResolver().writingOut(text, saidAt: Self.now) == expected)
    }

    @Test(
        "What could be one date or another, or comes back, is left alone",
        arguments: [
            "Ada's birthday is on 5 May.", "Ada swims every Friday.", "Ada and Mia meet on Friday.",
            "Ada may march in protest.", "Ada loves the summer.", "Ada lives in Rome.", "Ada met Mia on 5 May 2024.",
            "Ada was born in 1990.", "Ada likes March and Mia.", "It was 05/06/2024.",
        ])
    func leftAlone(text: String) {
        #expect(DateResolver().writingOut(text, saidAt: Self.now) == text)
    }

    @Test(
        "Whole dates are read in every common form",
        arguments: [
            "on 5 May 2024", "on May 5, 2024", "on May 5th 2024", "on the 5th of May 2024", "on 2024-05-05",
        ])
    func absolute(text: String) throws {
        let finding = try #require(DateResolver().findings(in: "Ada moved " + text, saidAt: Self.now).first)
        #expect(finding.period.text() == "on 5 May 2024" && !finding.isRelative)
    }

    @Test("The day is that of the person's own place")
    func offset() {
        let late = Date(timeIntervalSince1970: 1_748_779_200 + 11 * 3_600)
        #expect(DateResolver().writingOut("Ada fell today.", saidAt: late) == "Ada fell on 1 June 2025.")
        #expect(
            DateResolver(secondsFromUTC: 7_200).writingOut("Ada fell today.", saidAt: late)
                == "Ada fell on 2 June 2025.")
    }

    @Test("Days count on without a gap through 800 years, and back to themselves")
    func calendar() throws {
        var date = try #require(CivilDate(year: 1600, month: 1, dayOfMonth: 1))
        var (year, month, day) = (1600, 1, 1)
        while year < 2400 {
            let parts = date.components
            guard parts == (year, month, day), CivilDate(year: year, month: month, dayOfMonth: day) == date else {
                Issue.record("\(year)-\(month)-\(day) is \(parts)")
                return
            }
            date = date + 1
            day += 1
            if day > CivilDate.days(in: month, of: year) { (day, month) = (1, month + 1) }
            if month > 12 { (month, year) = (1, year + 1) }
        }
        #expect(CivilDate(Self.now, secondsFromUTC: 0).weekday == 6)
        #expect(CivilDate(year: 2025, month: 2, dayOfMonth: 29) == nil)
    }

    @Test("No text makes it fail, and what is found lies in the text")
    func anyText() {
        var random = SeededGenerator.announced()
        let pieces = [
            "last", "next", "this", "Friday", "in", "on", "March", "5", "May", "2024", "the", "day", "before",
            "yesterday", "ago", "two", "weeks", "of", "’s", "-", "é", "漢", "31", "February", "30", "9999", "0",
        ]
        for _ in 0..<2_000 {
            let text = (0..<Int.random(in: 0...8, using: &random)).map { _ in pieces.randomElement(using: &random)! }
                .joined(separator: Bool.random(using: &random) ? " " : "")
            _ = DateResolver().writingOut(text, saidAt: Self.now)
        }
    }
}
