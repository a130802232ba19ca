/// What a person has set for themselves.
public struct UserPreferences: Sendable, Hashable, Codable {
    /// The language and region that the person reads, as a BCP 47 tag such as `en-GB`; nil is unknown.
    public var locale: String?
    /// Where the person's days begin and end, as an identifier of the IANA database such as `Europe/Rome`; nil is unknown,
    /// and counts as UTC.
    public var timeZone: String?
    /// Whether anything is learnt from what the person says, and recalled for replies. What was learnt before stays, until it
    /// is forgotten. What is said while this is off is never learnt, also when it is turned on again.
    public var isMemoryEnabled: Bool
    /// What the person may see.
    public var content: Content

    public init(
        locale: String? = nil, timeZone: String? = nil, isMemoryEnabled: Bool = true, content: Content = .init()
    ) {
        self.locale = locale
        self.timeZone = timeZone
        self.isMemoryEnabled = isMemoryEnabled
        self.content = content
    }

    /// What decides which content suits the person. The defaults are the cautious ones.
    public struct Content: Sendable, Hashable, Codable {
        public var ageBand: AgeBand
        /// The country that the person is in (ISO 3166-1, two capital letters); nil is unknown.
        public var country: String?
        /// The highest rating of characters that the person wants to be shown.
        public var highestRating: CharacterRating

        public init(ageBand: AgeBand = .unknown, country: String? = nil, highestRating: CharacterRating = .general) {
            self.ageBand = ageBand
            self.country = country
            self.highestRating = highestRating
        }
    }
}

extension UserPreferences {
    /// Itself, where every value is well-formed.
    ///
    /// - Throws: `invalidInput`. Time zones are checked by their form alone: which there are, the host's system knows.
    func checked() throws(CompanionError) -> UserPreferences {
        try Self.check(locale, "The locale", 2...64) { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") }
        try Self.check(timeZone, "The time zone", 1...64) {
            $0.isASCIIAlphanumeric || "/_+-".utf8.contains($0)
        }
        try Self.check(content.country, "The country", 2...2) { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        return self
    }

    private static func check(
        _ text: String?, _ what: String, _ count: ClosedRange<Int>, _ isAllowed: (UInt8) -> Bool
    ) throws(CompanionError) {
        guard let text else { return }
        guard count.contains(text.utf8.count), text.utf8.allSatisfy(isAllowed) else {
            throw CompanionError(.invalidInput, "\(what) is not well-formed.")
        }
    }
}

extension UInt8 {
    fileprivate var isASCIIAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
