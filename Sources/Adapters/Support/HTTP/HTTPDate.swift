#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Dates as HTTP writes them (RFC 9110, 5.6.7).
package enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Reads the form in use, `Sun, 06 Nov 1994 08:49:37 GMT`, and the obsolete `Sunday, 06-Nov-94 08:49:37 GMT` and
    /// `Sun Nov  6 08:49:37 1994`; nil for anything else. A year of two digits is one of 1970 ... 2069.
    package static func parse(_ text: String) -> Date? {
        var words = text.split { $0 == " " || $0 == "," || $0 == "-" }
        guard words.count >= 5, words.count <= 6 else { return nil }
        words.removeFirst()
        if words.count == 4 { words = [words[1], words[0], words[3], words[2], "GMT"] }
        guard words.count == 5, words[4] == "GMT" || words[4] == "UTC", let day = Int(words[0]), (1...31).contains(day),
            let month = months.firstIndex(of: String(words[1])), var year = Int(words[2]), (0...9999).contains(year)
        else { return nil }
        if words[2].count == 2 { year += year < 70 ? 2000 : 1900 }
        let time = words[3].split(separator: ":").map { Int($0) ?? -1 }
        guard time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2]) else {
            return nil
        }
        let seconds = daysSince1970(year, month + 1, day) * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]
        return Date(timeIntervalSince1970: Double(seconds))
    }

    /// Days from 1970-01-01 in the Gregorian calendar: years are counted from March, so that the leap day ends one.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let years = month > 2 ? year : year - 1
        let era = (years >= 0 ? years : years - 399) / 400
        let yearOfEra = years - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
