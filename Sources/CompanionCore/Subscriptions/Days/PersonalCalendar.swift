#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Where and when somebody's days begin and end.
struct PersonalCalendar: Sendable {
    let rules: TimeZoneRules

    func day(of instant: Date) -> CalendarDay {
        let seconds = Int64(instant.timeIntervalSince1970.rounded(.down))
        return CalendarDay(number: day(at: seconds))
    }

    /// The first instant of a day: where a clock that is set forward skips midnight, the one that it is set to.
    func start(of day: CalendarDay) -> Date {
        // Local time is never further than 26 hours from UTC.
        var low = Int64(day.number) * 86_400 - 26 * 3_600
        var high = low + 52 * 3_600
        while low < high {
            let middle = low + (high - low) / 2
            if self.day(at: middle) >= day.number { high = middle } else { low = middle + 1 }
        }
        return Date(timeIntervalSince1970: Double(low))
    }

    private func day(at seconds: Int64) -> Int {
        let local = seconds + Int64(rules.secondsFromUTC(at: seconds))
        return Int(local >= 0 ? local / 86_400 : (local - 86_399) / 86_400)
    }
}
