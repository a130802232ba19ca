internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The time axis of a picture.
struct TimelineAxis: Sendable {
    struct Tick: Sendable, Hashable {
        var place: Double
        var label: String
    }

    let window: ClosedRange<Date>
    /// At most about ten, and never so near to each other that their labels touch.
    let ticks: [Tick]
    private let start: Double
    private let end: Double

    /// - Parameters:
    ///   - start: The place of the window's beginning.
    ///   - end: The place of its end.
    init(window: ClosedRange<Date>, from start: Double, to end: Double, timeZone: TimeZone) {
        self.window = window
        self.start = start
        self.end = end
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        let seconds = window.upperBound.timeIntervalSince(window.lowerBound)
        let widest = SVGText("0000-00-00").width(size: 12) + 12
        // The least step whose labels have room.
        let step =
            Step.all.first { $0.seconds / seconds * (end - start) >= widest }
            ?? Step(
                unit: .year, count: max(100, Int((seconds * widest / (end - start) / Step.year).rounded(.up))),
                seconds: 0)
        var ticks: [Tick] = []
        var next = step.start(before: window.lowerBound, calendar)
        while let date = next, date <= window.upperBound, ticks.count < 32 {
            let place = Self.place(of: date, in: window, from: start, to: end)
            if date >= window.lowerBound, ticks.last.map({ place - $0.place >= widest - 6 }) ?? true,
                // A label must not reach over the picture's edge.
                place <= end - 20
            {
                ticks.append(Tick(place: place, label: step.label(of: date, timeZone)))
            }
            next = calendar.date(byAdding: step.unit, value: step.count, to: date).flatMap { $0 > date ? $0 : nil }
        }
        self.ticks = ticks
    }

    /// What is outside of the window is at its edge.
    func place(of date: Date) -> Double { Self.place(of: date, in: window, from: start, to: end) }

    private static func place(of date: Date, in window: ClosedRange<Date>, from start: Double, to end: Double) -> Double
    {
        let span = window.upperBound.timeIntervalSince(window.lowerBound)
        let share = date.timeIntervalSince(window.lowerBound) / span
        return start + min(1, max(0, share)) * (end - start)
    }

    /// The time that is shown: from the first of what is known, to the last. What was true long before anything was
    /// learnt, or will be long after now, would leave no room for the rest, and ends at the edge.
    static func window(of memories: [Memory], now: Date) -> ClosedRange<Date> {
        let learnt = memories.map(\.createdAt).min() ?? now
        let room = max(3_600, now.timeIntervalSince(learnt))
        let first = memories.map(\.validAt).min() ?? now
        let last = (memories.map(\.validAt) + memories.compactMap(\.invalidAt)).max() ?? now
        let lower = max(min(first, learnt), learnt.addingTimeInterval(-room))
        let upper = min(max(last, now), max(now, learnt).addingTimeInterval(room))
        // Some air at both ends.
        let air = max(60, upper.timeIntervalSince(lower) * 0.03)
        return lower.addingTimeInterval(-air)...upper.addingTimeInterval(air)
    }
}

extension TimelineAxis {
    /// The time between two ticks.
    private struct Step {
        var unit: Calendar.Component
        var count: Int
        /// At least.
        var seconds: Double

        static let day = 86_400.0
        static let year = 365 * day

        static let all: [Step] = [
            steps([1, 5, 15, 30], of: .minute, 60), steps([1, 3, 6, 12], of: .hour, 3_600),
            steps([1, 2, 7, 14], of: .day, day), steps([1, 3, 6], of: .month, 28 * day),
            steps([1, 2, 5, 10, 20, 50, 100], of: .year, year),
        ].flatMap(\.self)

        private static func steps(_ counts: [Int], of unit: Calendar.Component, _ seconds: Double) -> [Step] {
            counts.map { Step(unit: unit, count: $0, seconds: Double($0) * seconds) }
        }

        /// A round instant that is not after `date`.
        func start(before date: Date, _ calendar: Calendar) -> Date? {
            switch unit {
            case .minute, .hour, .day: return calendar.startOfDay(for: date)
            default:
                var parts = calendar.dateComponents([.year], from: date)
                parts.month = 1
                parts.day = 1
                return calendar.date(from: parts)
            }
        }

        func label(of date: Date, _ timeZone: TimeZone) -> String {
            let style = Date.ISO8601FormatStyle(timeZone: timeZone)
            switch unit {
            case .minute, .hour:
                let text = date.formatted(
                    style.year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false))
                // Of the day before, its beginning; else the time of day alone.
                let time = String(text.dropFirst(11).prefix(5))
                return time == "00:00" ? String(text.prefix(10)) : time
            case .month: return String(date.formatted(style.year().month()).prefix(7))
            case .year: return String(date.formatted(style.year().month()).prefix(4))
            default: return String(date.formatted(style.year().month().day()).prefix(10))
            }
        }
    }
}
