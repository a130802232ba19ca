/// When people are told that they talk to an AI: rules as data. Read from secondary sources by people who are no lawyers;
/// this is no legal advice, and a host's counsel decides.
public struct DisclosureProfile: Sendable, Hashable, Codable {
    /// The rule for an age band.
    public struct Rule: Sendable, Hashable, Codable {
        /// Whether it is said when somebody begins to talk.
        public var atStart: Bool
        /// After how many seconds of continuous use it is said again; nil: never.
        public var interval: Int?
        /// Whether a break is suggested with the reminder.
        public var suggestsBreak: Bool

        public init(atStart: Bool = true, interval: Int? = nil, suggestsBreak: Bool = false) {
            self.atStart = atStart
            self.interval = interval
            self.suggestsBreak = suggestsBreak
        }
    }

    public var name: String
    public var adult: Rule
    /// For people who are known to be under 18.
    public var minor: Rule
    /// For people of whom nothing is known.
    public var unknown: Rule
    /// The law or reason that the rules are read from.
    public var source: String

    public init(name: String, adult: Rule, minor: Rule, unknown: Rule? = nil, source: String) {
        self.name = name
        self.adult = adult
        self.minor = minor
        self.unknown = unknown ?? minor
        self.source = source
    }

    public func rule(for age: AgeBand) -> Rule { age.isKnownMinor ? minor : age.isCautious ? unknown : adult }

    private static let threeHours = 3 * 3600

    /// Known minors: at the start, and each three hours with a suggestion to take a break. Adults: at the start.
    public static let california = DisclosureProfile(
        name: "California", adult: Rule(), minor: Rule(interval: threeHours, suggestsBreak: true),
        source: "California SB 243 (Business and Professions Code, chapter 22.6), in force 2026-01-01")

    /// Everybody: at the start and each three hours.
    public static let newYork = DisclosureProfile(
        name: "New York", adult: Rule(interval: threeHours), minor: Rule(interval: threeHours),
        source: "New York General Business Law article 47, in force 2025-11-05")

    /// At the start and each three hours; minors each hour.
    public static let washington = DisclosureProfile(
        name: "Washington", adult: Rule(interval: threeHours), minor: Rule(interval: 3600),
        source: "Washington HB 2225, in force from 2027-01-01")

    /// At the start; minors each three hours.
    public static let oregon = DisclosureProfile(
        name: "Oregon", adult: Rule(), minor: Rule(interval: threeHours, suggestsBreak: true),
        source: "Oregon SB 1546, in force from 2027-01-01")

    /// Whatever is strictest in any of the others. The default.
    public static let strictest = [california, newYork, washington, oregon].reduce(
        DisclosureProfile(
            name: "strictest", adult: Rule(atStart: false), minor: Rule(atStart: false),
            source: "the strictest of California, New York, Washington and Oregon")
    ) { $0.joined(with: $1) }

    /// What satisfies both.
    public func joined(with other: DisclosureProfile) -> DisclosureProfile {
        var joined = self
        joined.adult = adult.joined(with: other.adult)
        joined.minor = minor.joined(with: other.minor)
        joined.unknown = unknown.joined(with: other.unknown)
        return joined
    }
}

extension DisclosureProfile.Rule {
    fileprivate func joined(with other: Self) -> Self {
        let intervals = [interval, other.interval].compactMap { $0 }
        return Self(
            atStart: atStart || other.atStart, interval: intervals.min(),
            suggestsBreak: suggestsBreak || other.suggestsBreak)
    }
}
