/// A day of somebody's calendar, wherever they are: the Gregorian one, as a number of days since 1 January 1970.
public struct CalendarDay: Sendable, Hashable, Comparable, CustomStringConvertible {
    public var number: Int

    public init(number: Int) { self.number = number }

    /// Nil for a date that there is not, such as 30 February, or of a year that is not from 1 to 9999.
    public init?(year: Int, month: Int, dayOfMonth: Int) {
        guard let date = CivilDate(year: year, month: month, dayOfMonth: dayOfMonth) else { return nil }
        number = date.day
    }

    /// The month that it is in.
    public var month: ClosedRange<CalendarDay> {
        let (year, month, dayOfMonth) = CivilDate(day: number).components
        let first = number - dayOfMonth + 1
        return CalendarDay(number: first)...CalendarDay(number: first + CivilDate.days(in: month, of: year) - 1)
    }

    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }

    /// By ISO 8601, such as `2026-11-26`.
    public var description: String {
        let (year, month, dayOfMonth) = CivilDate(day: number).components
        return String(CivilTime(year, month, dayOfMonth).iso8601.prefix(10))
    }
}
