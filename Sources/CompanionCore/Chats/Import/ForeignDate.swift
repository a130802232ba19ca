#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Dates as chat programs write them.
///
/// ISO 8601 (`2024-06-01T15:05:00.000Z`, also with an offset, with a space for the `T`, or the day alone), Unix
/// milliseconds or seconds as a number or a text, `June 1, 2024 3:05pm`, and the names of SillyTavern's files:
/// `2024-6-1 @15h 5m 12s 123ms`, `2024-6-1@15h5m12s`. A time without a zone is taken as UTC.
enum ForeignDate {
    static func date(_ value: JSONValue?) -> Date? {
        switch value {
        case .number(let number): unix(number.double)
        case .string(let text): date(text)
        default: nil
        }
    }

    static func date(_ text: String) -> Date? {
        // None is longer; so that a whole message in the place of a date costs nothing.
        guard text.utf8.count <= 64 else { return nil }
        if let number = Double(text) { return unix(number) }
        return numeric(text) ?? spoken(text)
    }

    /// What is below the year 5138 in seconds is seconds: as milliseconds it would be a day in spring 1973 or before.
    private static func unix(_ number: Double) -> Date? {
        guard number.isFinite, number > 0, number < 1e15 else { return nil }
        return Date(timeIntervalSince1970: number < 1e11 ? number : number / 1000).wholeMilliseconds
    }

    /// The forms that begin with the year.
    private static func numeric(_ text: String) -> Date? {
        var scan = Scan(text)
        guard let year = scan.number(4...4), scan.skip("-"), let month = scan.number(1...2), scan.skip("-"),
            let day = scan.number(1...2)
        else { return nil }
        var time = CivilTime(year, month, day)
        if scan.isAtEnd { return time.date }
        scan.skipSpaces()
        if scan.skip("@") {
            guard let hour = scan.number(1...2), scan.skip("h") else { return nil }
            scan.skipSpaces()
            guard let minute = scan.number(1...2), scan.skip("m") else { return nil }
            (time.hour, time.minute) = (hour, minute)
            scan.skipSpaces()
            if let second = scan.number(1...2), scan.skip("s") { time.second = second }
            scan.skipSpaces()
            if let millisecond = scan.number(1...3), scan.skip("ms") { time.millisecond = millisecond }
            return scan.isAtEnd ? time.date : nil
        }
        _ = scan.skip("t")
        guard scan.clock(into: &time) else { return nil }
        guard let offset = scan.zone(), scan.isAtEnd else { return nil }
        return time.date?.addingTimeInterval(-Double(offset) * 60).wholeMilliseconds
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// `June 1, 2024 3:05pm`, and the same with the day first.
    private static func spoken(_ text: String) -> Date? {
        var scan = Scan(text)
        var day = scan.number(1...2)
        scan.skipSpaces()
        guard let month = months.firstIndex(of: String(scan.word().prefix(3))) else { return nil }
        scan.skipSpaces()
        if day == nil { day = scan.number(1...2) }
        _ = scan.skip(",")
        scan.skipSpaces()
        guard let day, let year = scan.number(4...4) else { return nil }
        var time = CivilTime(year, month + 1, day)
        _ = scan.skip(",")
        scan.skipSpaces()
        if !scan.isAtEnd, !scan.clock(into: &time) { return nil }
        scan.skipSpaces()
        switch scan.word() {
        case "": break
        case "am" where (1...12).contains(time.hour): time.hour %= 12
        case "pm" where (1...12).contains(time.hour): time.hour = time.hour % 12 + 12
        default: return nil
        }
        return scan.isAtEnd ? time.date : nil
    }

    private struct Scan {
        private var rest: ArraySlice<UInt8>

        init(_ text: String) { rest = Array(text.lowercased().trimmingSpace.utf8)[...] }

        var isAtEnd: Bool { rest.isEmpty }

        mutating func number(_ length: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard length.contains(digits.count) else { return nil }
            rest = rest.dropFirst(digits.count)
            return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        }

        mutating func skip(_ text: String) -> Bool {
            guard rest.starts(with: text.utf8) else { return false }
            rest = rest.dropFirst(text.utf8.count)
            return true
        }

        mutating func skipSpaces() { rest = rest.drop { $0 == UInt8(ascii: " ") } }

        mutating func word() -> String {
            let letters = rest.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
            rest = rest.dropFirst(letters.count)
            return String(decoding: letters, as: UTF8.self)
        }

        /// `15:05`, `15:05:12` or `15:05:12.123456`.
        mutating func clock(into time: inout CivilTime) -> Bool {
            guard let hour = number(1...2), skip(":"), let minute = number(2...2) else { return false }
            (time.hour, time.minute) = (hour, minute)
            guard skip(":") else { return true }
            guard let second = number(2...2) else { return false }
            time.second = second
            guard skip(".") || skip(",") else { return true }
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            rest = rest.dropFirst(digits.count)
            guard !digits.isEmpty else { return false }
            let padded = (digits.map { Int($0 - UInt8(ascii: "0")) } + [0, 0]).prefix(3)
            time.millisecond = padded.reduce(0) { $0 * 10 + $1 }
            return true
        }

        /// Minutes east of UTC; 0 where there is no zone.
        mutating func zone() -> Int? {
            skipSpaces()
            if isAtEnd || skip("z") || skip("utc") { return 0 }
            let sign = skip("+") ? 1 : skip("-") ? -1 : 0
            guard sign != 0 else { return nil }
            if let both = number(4...4) { return sign * (both / 100 * 60 + both % 100) }
            guard let hours = number(2...2) else { return nil }
            guard skip(":") else { return sign * hours * 60 }
            return number(2...2).map { sign * (hours * 60 + $0) }
        }
    }
}
