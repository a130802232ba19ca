/// A day, week, month or year that a text speaks of.
struct CivilPeriod: Sendable, Hashable {
    enum Length: Sendable, Hashable { case day, weekend, week, month, year }

    var first: CivilDate
    var length: Length

    init(_ first: CivilDate, _ length: Length = .day) {
        self.first = first
        self.length = length
    }

    /// A month, counted from January of the year: 12 is January of the next one.
    init?(month: Int, of year: Int) {
        let months = year * 12 + month
        guard let first = CivilDate(year: months / 12, month: months % 12 + 1, dayOfMonth: 1) else { return nil }
        self.init(first, .month)
    }

    init?(year: Int) {
        guard let first = CivilDate(year: year, month: 1, dayOfMonth: 1) else { return nil }
        self.init(first, .year)
    }

    var last: CivilDate {
        let (year, month, _) = first.components
        return switch length {
        case .day: first
        case .weekend: first + 1
        case .week: first + 6
        case .month: first + (CivilDate.days(in: month, of: year) - 1)
        case .year: first + (CivilDate.days(in: 2, of: year) == 29 ? 365 : 364)
        }
    }

    /// Whether one of them lies within the other.
    func agrees(with other: CivilPeriod) -> Bool {
        first <= other.first && other.last <= last || other.first <= first && last <= other.last
    }

    /// "on 5 May 2024", "in May 2024", …; without the preposition where one stands before it already.
    func text(withPreposition: Bool = true) -> String {
        let (year, month, _) = first.components
        let (preposition, text) =
            switch length {
            case .day: ("on ", first.text)
            case .weekend: ("on ", "the weekend of \(first.text)")
            case .week: ("in ", "the week of \(first.text)")
            case .month: ("in ", "\(CivilDate.monthNames[month - 1]) \(year)")
            case .year: ("in ", "\(year)")
            }
        return withPreposition ? preposition + text : text
    }
}
