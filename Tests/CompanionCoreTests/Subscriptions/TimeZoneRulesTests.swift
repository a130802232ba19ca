import Foundation
import TestRandomness
import Testing

@testable import CompanionCore

/// Days of people's calendars, by the files of the machine.
struct TimeZoneRulesTests {
    private let zones = TimeZones()

    @Test("Offsets are what Foundation says, at random instants of the last decades in every zone")
    func offsets() throws {
        var random = SeededGenerator.announced()
        var differing: [String] = []
        var zoneCount = 0
        for identifier in TimeZone.knownTimeZoneIdentifiers {
            guard let zone = TimeZone(identifier: identifier), let rules = zones.rules(of: identifier) else { continue }
            zoneCount += 1
            for _ in 0..<40 {
                // Until then Foundation's database and the machine's agree, however old one of them is.
                let instant = Int64.random(in: 100_000_000..<1_600_000_000, using: &random)
                let expected = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant)))
                if rules.secondsFromUTC(at: instant) != expected { differing.append("\(identifier) \(instant)") }
            }
        }
        #expect(zoneCount > 300)
        // The two need not have the same edition of the database.
        #expect(differing.count <= zoneCount * 40 / 500, "seed \(random.seed): \(differing.prefix(20))")
    }

    @Test(
        "After the last listed change the yearly rule holds, to the second",
        arguments: [
            // The changes of 2090, and what is kept before and after them.
            ("Europe/Rome", 3_794_173_200, 3_600, 7_200), ("Europe/Rome", 3_812_922_000, 7_200, 3_600),
            ("America/New_York", 3_792_985_200, -18_000, -14_400),
            ("America/New_York", 3_813_544_800, -14_400, -18_000),
            ("Australia/Sydney", 3_794_745_600, 39_600, 36_000), ("Australia/Sydney", 3_810_470_400, 36_000, 39_600),
            ("Europe/Dublin", 3_794_173_200, 0, 3_600), ("Europe/Dublin", 3_812_922_000, 3_600, 0),
            ("Asia/Kolkata", 3_802_593_600, 19_800, 19_800),
        ])
    func yearly(_ identifier: String, _ instant: Int64, _ before: Int, _ after: Int) throws {
        let rules = try #require(zones.rules(of: identifier))
        #expect(rules.secondsFromUTC(at: instant - 1) == before)
        #expect(rules.secondsFromUTC(at: instant) == after)
    }

    @Test(
        "A rule of POSIX is read as it is meant",
        arguments: [
            ("UTC0", 0, 0), ("<+0330>-3:30", 12_600, 12_600), ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", -7_200, -3_600),
            ("AAA-1BBB-3,J60,J300", 3_600, 10_800), ("AAA5BBB,59/1:30:15,299", -18_000, -14_400),
        ])
    func posix(_ text: String, _ winter: Int, _ summer: Int) throws {
        let rule = try #require(YearlyTimeRule(text))
        // 15 January and 15 July 2031.
        #expect(rule.secondsFromUTC(at: 1_926_201_600) == winter)
        #expect(rule.secondsFromUTC(at: 1_941_840_000) == summer)
    }

    @Test("What is no rule and no file is refused, wherever it breaks off")
    func malformed() throws {
        for text in [
            "", "A5", "AAA", "AAA5BBB", "AAA5BBB,", "AAA5BBB,M13.1.0,M1.1.0", "AAA5BBB,M3.2.0", "AAA168",
            "AAA5BBB,M3.2.0,M11.1.0x", "<AAA5",
        ] {
            #expect(YearlyTimeRule(text) == nil, "\(text)")
        }
        let file = try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/Europe/Rome"))
        #expect(TimeZoneRules(file: Array(file)) != nil)
        for count in 0..<file.count { #expect(TimeZoneRules(file: Array(file.prefix(count))) == nil) }
        var random = SeededGenerator.announced()
        for _ in 0..<5_000 {
            var bytes = Array(file)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            }
            // Whatever comes of it, asking it comes to an end.
            _ = TimeZoneRules(file: bytes)?.secondsFromUTC(at: .random(in: -1 << 40...1 << 40, using: &random))
        }
        for name in ["../../../etc/passwd", "", "Nowhere/Land", "Europe", "zone.tab"] {
            #expect(zones.rules(of: name) == nil)
        }
    }

    @Test("A day begins at its first instant, also where clocks skip midnight or repeat it")
    func days() throws {
        var random = SeededGenerator.announced()
        for identifier in ["Europe/Rome", "Africa/Cairo", "America/Havana", "Asia/Beirut", "Pacific/Apia", "UTC"] {
            let calendar = zones.calendar(in: identifier)
            for _ in 0..<300 {
                let day = CalendarDay(number: Int.random(in: 7_000...22_000, using: &random))
                let start = calendar.start(of: day)
                #expect(calendar.day(of: start) >= day, "\(identifier) \(day)")
                #expect(calendar.day(of: start.addingTimeInterval(-1)) < day, "\(identifier) \(day)")
            }
        }
        // Samoa had no 30 December 2011.
        let samoa = zones.calendar(in: "Pacific/Apia")
        let missing = try #require(CalendarDay(year: 2011, month: 12, dayOfMonth: 30))
        #expect(samoa.start(of: missing) == samoa.start(of: CalendarDay(number: missing.number + 1)))
        // Cairo's clocks go from 24 April 2026, 23:59:59, to 25 April... an hour later.
        let cairo = zones.calendar(in: "Africa/Cairo")
        let skipped = try #require(CalendarDay(year: 2023, month: 4, dayOfMonth: 28))
        #expect(cairo.start(of: skipped) == Date(timeIntervalSince1970: 1_682_632_800))
    }

    @Test("Days say their date, and know their month")
    func calendarDays() throws {
        let day = try #require(CalendarDay(year: 2028, month: 2, dayOfMonth: 11))
        #expect("\(day)" == "2028-02-11")
        #expect("\(day.month.lowerBound) \(day.month.upperBound)" == "2028-02-01 2028-02-29")
        #expect(CalendarDay(year: 2027, month: 2, dayOfMonth: 29) == nil)
    }
}
