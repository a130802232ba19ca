#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A day in words, as people ask for it: "27 december 2023 wednesday".
struct DateWords: Sendable, Hashable {
    /// Days since 1 January 1970.
    private let number: Int

    /// - Parameter offset: Seconds east of Greenwich where the person is.
    init(_ date: Date, offset: Int = 0) {
        let seconds = date.timeIntervalSince1970 + Double(offset)
        number = Int((min(max(seconds, -6e13), 6e13) / 86_400).rounded(.down))
    }

    /// In lower case, for an index.
    var words: String {
        "\(day) \(Self.weekdays[weekday])".lowercased()
    }

    /// For people: "27 December 2023".
    var day: String {
        let (year, month, day) = civil
        return "\(day) \(Self.months[month - 1]) \(year)"
    }

    /// For people: "27 December 2023, Wednesday".
    var title: String {
        "\(day), \(Self.weekdays[weekday])"
    }

    private var weekday: Int { ((number + 3) % 7 + 7) % 7 }

    /// The day of the Gregorian calendar, by Howard Hinnant's `civil_from_days`.
    private var civil: (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        )
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
}
