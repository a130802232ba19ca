#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A time of the Gregorian calendar in UTC, to milliseconds.
struct CivilTime: Hashable {
    var year: Int
    var month: Int
    var day: Int
    var hour = 0
    var minute = 0
    var second = 0
    var millisecond = 0

    /// The instant; nil where there is no such time. A leap second is the next minute's first.
    var date: Date? {
        guard let days = CivilDate(year: year, month: month, dayOfMonth: day)?.day, (0...23).contains(hour),
            (0...59).contains(minute), (0...60).contains(second), (0...999).contains(millisecond)
        else { return nil }
        let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
        return Date(millisecondsSince1970: Int64(seconds) * 1000 + Int64(millisecond))
    }

    /// For dates of the years 1 to 9999.
    init(_ date: Date) {
        let total = date.millisecondsSince1970
        let (days, inDay) = Self.floored(Int(total), 86_400_000)
        (year, month, day) = CivilDate(day: days).components
        (hour, minute) = (inDay / 3_600_000, inDay / 60_000 % 60)
        (second, millisecond) = (inDay / 1_000 % 60, inDay % 1_000)
    }

    init(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0, _ ms: Int = 0) {
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second, millisecond) = (hour, minute, second, ms)
    }

    /// By ISO 8601, with milliseconds and `Z`.
    var iso8601: String {
        func digits(_ number: Int, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
        }
        return "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))"
            + "T\(digits(hour, 2)):\(digits(minute, 2)):\(digits(second, 2)).\(digits(millisecond, 3))Z"
    }

    private static func floored(_ number: Int, _ divisor: Int) -> (quotient: Int, remainder: Int) {
        let remainder = number % divisor
        return remainder < 0 ? (number / divisor - 1, remainder + divisor) : (number / divisor, remainder)
    }
}
