#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What happened in a calendar year (UTC), in numbers alone: nothing in it names or tells apart anybody.
///
/// Some laws ask for yearly counts of referrals. The store keeps them, for all processes together.
public struct ModerationCounters: Sendable, Hashable, Codable {
    /// The counts of a year.
    public struct Year: Sendable, Hashable, Codable {
        public var crisisReferrals: Int
        public var disclosures: Int
        public var blockedMessages: Int
        public var blockedReplies: Int

        public init(
            crisisReferrals: Int = 0, disclosures: Int = 0, blockedMessages: Int = 0, blockedReplies: Int = 0
        ) {
            self.crisisReferrals = crisisReferrals
            self.disclosures = disclosures
            self.blockedMessages = blockedMessages
            self.blockedReplies = blockedReplies
        }
    }

    public private(set) var years: [Int: Year] = [:]

    public init(years: [Int: Year] = [:]) { self.years = years }

    public mutating func count(_ what: WritableKeyPath<Year, Int>, at now: Date) {
        years[Self.year(of: now), default: Year()][keyPath: what] += 1
    }

    /// Adds what was counted elsewhere.
    public mutating func add(_ other: ModerationCounters) {
        years.merge(other.years) { left, right in
            var sum = left
            sum.crisisReferrals += right.crisisReferrals
            sum.disclosures += right.disclosures
            sum.blockedMessages += right.blockedMessages
            sum.blockedReplies += right.blockedReplies
            return sum
        }
    }

    /// The Gregorian year in UTC.
    static func year(of date: Date) -> Int {
        // Days from the civil calendar's era of 400 years (Howard Hinnant, "chrono-compatible low-level date algorithms").
        let days = Int((date.timeIntervalSince1970 / 86_400).rounded(.down)) + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let day = days - era * 146_097
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365
        let dayOfYear = day - (365 * year + year / 4 - year / 100)
        return year + era * 400 + ((5 * dayOfYear + 2) / 153 >= 10 ? 1 : 0)
    }
}
