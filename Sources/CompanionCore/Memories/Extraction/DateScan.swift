/// Looks for a date at a word of a text.
struct DateScan {
    struct Match {
        /// How many words it takes.
        var count: Int
        var period: CivilPeriod
        var isRelative = true
    }

    private enum Tense { case past, future, unknown }

    let words: [DateWord]
    let today: CivilDate
    private let tense: Tense
    /// Birthdays and the like come back each year.
    private let isRecurring: Bool

    init(words: [DateWord], today: CivilDate) {
        self.words = words
        self.today = today
        let lower = words.map(\.lower)
        isRecurring = lower.contains { ["birthday", "birthdays", "anniversary"].contains($0) }
        let isPast = lower.contains { Self.past.contains($0) || $0.count > 4 && $0.hasSuffix("ed") }
        let isFuture = lower.indices.contains { index in
            Self.future.contains(lower[index]) || lower[index].hasSuffix("'ll")
                || index > 0 && lower[index].hasSuffix("ing") && lower[index].count > 5
                    && ["am", "is", "are", "i'm", "we're"].contains(lower[index - 1])
        }
        tense = isPast == isFuture ? .unknown : isPast ? .past : .future
    }

    /// The longest date that begins at that word.
    func match(at place: Int) -> Match? {
        absolute(at: place) ?? counted(at: place) ?? named(at: place) ?? shifted(at: place) ?? bare(at: place)
    }

    private func lower(_ place: Int) -> String { words.indices.contains(place) ? words[place].lower : "" }
    private func number(_ place: Int) -> Int? { words.indices.contains(place) ? words[place].number : nil }
    private func follow(_ place: Int, _ phrase: String...) -> Bool {
        phrase.indices.allSatisfy { lower(place + $0) == phrase[$0] }
    }

    /// The month's number from 0, where the word is its name; "may" and "march" only with a capital.
    private func month(_ place: Int) -> Int? {
        guard words.indices.contains(place), let month = Self.months[lower(place)] else { return nil }
        return month == 2 || month == 4 ? (words[place].isCapitalised ? month : nil) : month
    }

    private func year(_ place: Int) -> Int? {
        number(place).flatMap { (1900...2199).contains($0) && lower(place).count == 4 ? $0 : nil }
    }

    // MARK: Whole dates

    /// "2024-05-05", "5 May 2024", "May 5th, 2024", "May 2024"; without the year where the tense tells it.
    private func absolute(at place: Int) -> Match? {
        let parts = lower(place).split(separator: "-")
        if parts.count == 3, parts[0].count == 4, let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2]), let date = CivilDate(year: year, month: month, dayOfMonth: day)
        {
            return Match(count: 1, period: CivilPeriod(date), isRelative: false)
        }
        if let day = number(place), (1...31).contains(day), lower(place).first?.isNumber == true {
            let of = lower(place + 1) == "of" ? 2 : 1
            if let month = month(place + of) { return dated(day, month, yearAt: place + of + 1, from: place) }
        }
        guard let month = month(place) else { return nil }
        if let day = number(place + 1), (1...31).contains(day), lower(place + 1).first?.isNumber == true {
            return dated(day, month, yearAt: place + 2, from: place)
        }
        if let year = year(place + 1), let period = CivilPeriod(month: month, of: year) {
            return Match(count: 2, period: period, isRelative: false)
        }
        return nil
    }

    private func dated(_ day: Int, _ month: Int, yearAt place: Int, from start: Int) -> Match? {
        if let year = year(place) {
            return CivilDate(year: year, month: month + 1, dayOfMonth: day).map {
                Match(count: place - start + 1, period: CivilPeriod($0), isRelative: false)
            }
        }
        guard !isRecurring, tense != .unknown else { return nil }
        let thisYear = today.components.year
        let years = tense == .past ? [thisYear, thisYear - 1] : [thisYear, thisYear + 1]
        return years.lazy.compactMap { CivilDate(year: $0, month: month + 1, dayOfMonth: day) }
            .first { tense == .past ? $0 <= today : $0 >= today }
            .map { Match(count: place - start, period: CivilPeriod($0)) }
    }

    // MARK: Seen from today

    /// "three days ago", "in two weeks".
    private func counted(at place: Int) -> Match? {
        let isAhead = lower(place) == "in"
        let at = isAhead ? place + 1 : place
        guard let count = number(at), (1...400).contains(count),
            isAhead || lower(at + 2) == "ago", let unit = Self.units[lower(at + 1)]
        else { return nil }
        return shift(by: isAhead ? count : -count, unit, isExact: true).map { Match(count: 3, period: $0) }
    }

    private func named(at place: Int) -> Match? {
        if follow(place, "the", "day", "before", "yesterday") {
            return Match(count: 4, period: CivilPeriod(today + -2))
        }
        if follow(place, "the", "day", "after", "tomorrow") { return Match(count: 4, period: CivilPeriod(today + 2)) }
        if follow(place, "last", "night") { return Match(count: 2, period: CivilPeriod(today + -1)) }
        let parts = ["morning", "afternoon", "evening", "night"]
        switch lower(place) {
        case "yesterday", "tomorrow", "today":
            let offset = ["yesterday": -1, "tomorrow": 1][lower(place)] ?? 0
            // The part of the day stays: "yesterday evening" is "on 31 May 2025, evening" to nobody.
            return Match(count: parts.contains(lower(place + 1)) ? 2 : 1, period: CivilPeriod(today + offset))
        case "tonight": return Match(count: 1, period: CivilPeriod(today))
        case "this" where parts.contains(lower(place + 1)): return Match(count: 2, period: CivilPeriod(today))
        default: return nil
        }
    }

    /// "last week", "next Friday", "this March".
    private func shifted(at place: Int) -> Match? {
        guard let offset = ["last": -1, "this": 0, "next": 1][lower(place)] else { return nil }
        let next = place + 1
        if let unit = Self.units[lower(next)], unit != .day {
            return shift(by: offset, unit, isExact: false).map { Match(count: 2, period: $0) }
        }
        if let weekday = Self.weekdays[lower(next)] {
            let date =
                switch offset {
                case -1: today + -((today.weekday - weekday + 6) % 7 + 1)
                case 0: today + (weekday - today.weekday + 7) % 7
                default: today.startOfWeek + (7 + weekday)
                }
            return Match(count: 2, period: CivilPeriod(date))
        }
        if lower(next) == "weekend" {
            return Match(count: 2, period: CivilPeriod(today.startOfWeek + (5 + 7 * offset), .weekend))
        }
        guard let month = month(next) else { return nil }
        let (year, current, _) = today.components
        // "Last March" in June is this year's, and "next March" too would be next year's.
        let turn =
            switch offset {
            case -1: month < current - 1 ? year : year - 1
            case 0: year
            default: month > current - 1 ? year : year + 1
            }
        return CivilPeriod(month: month, of: turn).map { Match(count: 2, period: $0) }
    }

    private func shift(by count: Int, _ unit: CivilPeriod.Length, isExact: Bool) -> CivilPeriod? {
        let (year, month, _) = today.components
        return switch unit {
        case .day: CivilPeriod(today + count)
        case .week: CivilPeriod(today.startOfWeek + count * 7, .week)
        case .month: CivilPeriod(month: month - 1 + count, of: year)
        case .year: CivilPeriod(year: year + count)
        case .weekend: nil
        }
    }

    /// "on Friday", "in March", "in 2019": only behind a preposition, and where it is told whether it was or will be.
    private func bare(at place: Int) -> Match? {
        let before = lower(place - 1)
        if let year = year(place), ["in", "since", "until", "till", "by", "of", "from"].contains(before) {
            return CivilPeriod(year: year).map { Match(count: 1, period: $0, isRelative: false) }
        }
        if let weekday = Self.weekdays[lower(place)], ["on", "by", "until", "till", "since"].contains(before) {
            switch tense {
            case .past: return Match(count: 1, period: CivilPeriod(today + -((today.weekday - weekday + 7) % 7)))
            case .future: return Match(count: 1, period: CivilPeriod(today + (weekday - today.weekday + 7) % 7))
            case .unknown: return nil
            }
        }
        guard let month = month(place), ["in", "since", "until", "till", "by"].contains(before), !isRecurring else {
            return nil
        }
        let (year, current, _) = today.components
        switch tense {
        case .past:
            return CivilPeriod(month: month, of: month < current ? year : year - 1).map { Match(count: 1, period: $0) }
        case .future:
            return CivilPeriod(month: month, of: month >= current - 1 ? year : year + 1).map {
                Match(count: 1, period: $0)
            }
        case .unknown: return nil
        }
    }

    // MARK: Words

    private static let months: [String: Int] = {
        var months: [String: Int] = [:]
        for (index, name) in CivilDate.monthNames.enumerated() {
            months[name.lowercased()] = index
            if index != 4 { months[String(name.lowercased().prefix(3))] = index }
        }
        months["sept"] = 8
        // "Mar" and "Dec" are names too.
        months["mar"] = nil
        return months
    }()
    private static let weekdays = [
        "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
    ]
    private static let units: [String: CivilPeriod.Length] = [
        "day": .day, "days": .day, "week": .week, "weeks": .week, "month": .month, "months": .month, "year": .year,
        "years": .year,
    ]
    private static let past: Set<String> = [
        "was", "were", "had", "did", "didn't", "wasn't", "went", "met", "got", "bought", "saw", "ate", "left", "came",
        "took", "gave", "made", "broke", "lost", "won", "began", "felt", "found", "flew", "drove", "ran", "wrote",
        "sold", "told", "said", "taught", "caught", "fell", "born", "died", "quit", "sang", "swam", "slept", "spent",
        "became", "i've", "ago", "last", "yesterday",
    ]
    private static let future: Set<String> = [
        "will", "won't", "shall", "gonna", "plan", "plans", "want", "wants", "hope", "hopes", "tomorrow", "next",
        "upcoming", "starts", "begins", "due", "coming", "exam", "appointment", "interview", "deadline",
    ]
}
