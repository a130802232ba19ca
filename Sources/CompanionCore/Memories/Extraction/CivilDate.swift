#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A day of the Gregorian calendar, as a number of days since 1 January 1970.
struct CivilDate: Sendable, Hashable, Comparable {
    var day: Int

    init(day: Int) { self.day = day }

    /// The day of an instant, at a place so many seconds east of UTC.
    init(_ instant: Date, secondsFromUTC: Int) {
        day = Int(((instant.timeIntervalSince1970 + Double(secondsFromUTC)) / 86_400).rounded(.down))
    }

    /// Nil for a date that there is not, such as 30 February.
    init?(year: Int, month: Int, dayOfMonth: Int) {
        guard (1...9999).contains(year), (1...12).contains(month),
            (1...Self.days(in: month, of: year)).contains(dayOfMonth)
        else { return nil }
        // Counted from 1 March, so that the leap day is the last of its year; 400 years have 146,097 days.
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + dayOfMonth - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        day = era * 146_097 + dayOfEra - 719_468
    }

    var components: (year: Int, month: Int, dayOfMonth: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let civilMonth = month < 10 ? month + 3 : month - 9
        return (
            yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0), civilMonth, dayOfYear - (153 * month + 2) / 5 + 1
        )
    }

    /// 0 for Monday to 6 for Sunday.
    var weekday: Int { ((day + 3) % 7 + 7) % 7 }
    /// The Monday of its week.
    var startOfWeek: CivilDate { self + -weekday }

    static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The instant at which the day begins, at a place so many seconds east of UTC.
    func start(secondsFromUTC: Int) -> Date {
        Date(timeIntervalSince1970: Double(day) * 86_400 - Double(secondsFromUTC))
    }

    static func < (left: CivilDate, right: CivilDate) -> Bool { left.day < right.day }
    static func + (date: CivilDate, days: Int) -> CivilDate { CivilDate(day: date.day + days) }

    static let monthNames = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    /// "5 May 2024".
    var text: String {
        let (year, month, dayOfMonth) = components
        return "\(dayOfMonth) \(Self.monthNames[month - 1]) \(year)"
    }
}
