/// How far a place's time is from UTC in any year, as POSIX writes it in `TZ`: `EST5EDT,M3.2.0,M11.1.0`.
struct YearlyTimeRule: Sendable, Hashable {
    /// A day of each year, and a second after its first midnight, in the time that is kept until then.
    struct Turn: Sendable, Hashable {
        enum Day: Sendable, Hashable {
            /// From 1 to 365; 29 February is never counted.
            case counted(Int)
            /// From 0 to 365; 29 February is counted.
            case ordinal(Int)
            /// The week from 1 to 5 (the last), the weekday from 0 (Sunday).
            case weekday(month: Int, week: Int, weekday: Int)
        }
        var day: Day
        var seconds = 7_200

        func secondsSince1970(in year: Int) -> Int64? {
            guard let newYear = CivilDate(year: year, month: 1, dayOfMonth: 1)?.day else { return nil }
            let number: Int
            switch day {
            case .counted(let count):
                number = newYear + count - (count >= 60 && CivilDate.days(in: 2, of: year) == 29 ? 0 : 1)
            case .ordinal(let ordinal): number = newYear + ordinal
            case .weekday(let month, let week, let weekday):
                guard let first = CivilDate(year: year, month: month, dayOfMonth: 1) else { return nil }
                // `CivilDate` begins its weeks on Monday.
                var dayOfMonth = (weekday + 6 - first.weekday) % 7 + 1 + (week - 1) * 7
                while dayOfMonth > CivilDate.days(in: month, of: year) { dayOfMonth -= 7 }
                number = first.day + dayOfMonth - 1
            }
            return Int64(number) * 86_400 + Int64(seconds)
        }
    }

    /// What is kept for a part of the year; in Ireland that is the winter.
    struct Summer: Sendable, Hashable {
        var secondsFromUTC: Int
        var begins, ends: Turn
    }

    var standard: Int
    /// Nil where the clocks are never changed.
    var summer: Summer?

    func secondsFromUTC(at instant: Int64) -> Int {
        guard let summer else { return standard }
        let day = Int((instant + Int64(standard)) / 86_400)
        let year = CivilDate(day: day).components.year
        guard let begins = summer.begins.secondsSince1970(in: year), let ends = summer.ends.secondsSince1970(in: year)
        else { return standard }
        let (from, to) = (begins - Int64(standard), ends - Int64(summer.secondsFromUTC))
        // In the south summer begins in one year and ends in the next.
        let isSummer = from < to ? from <= instant && instant < to : !(to <= instant && instant < from)
        return isSummer ? summer.secondsFromUTC : standard
    }
}

extension YearlyTimeRule {
    /// Nil where the text is no such rule.
    init?(_ text: String) {
        var parser = Parser(rest: Array(text.utf8)[...])
        guard parser.name(), let west = parser.time() else { return nil }
        standard = -west
        guard !parser.rest.isEmpty else { return }
        guard parser.name() else { return nil }
        var summerTime = standard + 3_600
        if let next = parser.rest.first, next != UInt8(ascii: ",") {
            guard let west = parser.time() else { return nil }
            summerTime = -west
        }
        guard parser.take(","), let begins = parser.turn(), parser.take(","), let ends = parser.turn(),
            parser.rest.isEmpty
        else { return nil }
        summer = Summer(secondsFromUTC: summerTime, begins: begins, ends: ends)
    }

    private struct Parser {
        var rest: ArraySlice<UInt8>

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        /// `EST` or `<+03>`; three characters at least.
        mutating func name() -> Bool {
            if take("<") {
                guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
                rest = rest[(end + 1)...]
                return true
            }
            let letters = rest.prefix { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 }
            rest = rest.dropFirst(letters.count)
            return letters.count >= 3
        }

        mutating func number(_ range: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            guard (1...3).contains(digits.count) else { return nil }
            rest = rest.dropFirst(digits.count)
            let value = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
            return range.contains(value) ? value : nil
        }

        /// `[+-]h[:m[:s]]`, of up to 167 hours, in seconds.
        mutating func time() -> Int? {
            let isNegative = take("-")
            if !isNegative { _ = take("+") }
            guard let hours = number(0...167) else { return nil }
            var seconds = hours * 3_600
            for unit in [60, 1] where take(":") {
                guard let value = number(0...59) else { return nil }
                seconds += value * unit
            }
            return isNegative ? -seconds : seconds
        }

        mutating func turn() -> Turn? {
            let day: Turn.Day
            if take("M") {
                guard let month = number(1...12), take("."), let week = number(1...5), take("."),
                    let weekday = number(0...6)
                else { return nil }
                day = .weekday(month: month, week: week, weekday: weekday)
            } else if take("J") {
                guard let count = number(1...365) else { return nil }
                day = .counted(count)
            } else {
                guard let ordinal = number(0...365) else { return nil }
                day = .ordinal(ordinal)
            }
            guard take("/") else { return Turn(day: day) }
            return time().map { Turn(day: day, seconds: $0) }
        }
    }
}
