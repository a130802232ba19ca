/// What one kind of subscriber may do: data that a host sets.
public struct Tier: Sendable, Hashable {
    /// 1 to 64 lower-case ASCII letters, digits, `-`, `_` and `.`.
    public var name: String
    /// What people are shown, such as "Plus": 1 to 128 characters.
    public var title: String
    public var limits: TierLimits

    public init(_ name: String, title: String, limits: TierLimits = .init()) {
        self.name = name
        self.title = title
        self.limits = limits
    }

    /// Nobody is limited.
    public static let unlimited = Tier("unlimited", title: "Unlimited")

    /// A beginning for a host's own; the first is what everybody has.
    public static let examples = [
        Tier(
            "free", title: "Free",
            limits: TierLimits(
                contextTokens: 8_192, messagesPerDay: 30, tokensPerMonth: 1_000_000, characters: 5, memories: 500,
                rates: [RateLimit("turns", count: 10, per: .seconds(60), burst: 5)])),
        Tier(
            "plus", title: "Plus",
            limits: TierLimits(
                contextTokens: 32_768, messagesPerDay: 300, tokensPerMonth: 20_000_000, characters: 50,
                memories: 10_000, rates: [RateLimit("turns", count: 30, per: .seconds(60), burst: 10)])),
        Tier(
            "pro", title: "Pro",
            limits: TierLimits(
                messagesPerDay: 2_000, tokensPerMonth: 200_000_000, characters: 1_000, memories: 100_000,
                rates: [RateLimit("turns", count: 60, per: .seconds(60), burst: 20)])),
    ]
}

/// What a tier allows; nil is no limit.
public struct TierLimits: Sendable, Hashable {
    /// The names of the language models that write replies, the preferred one first: of those that the companion has, the
    /// first is taken. Nil is the companion's first model. At most 64.
    public var models: [String]?
    /// The most tokens of a prompt and its reply together: 1,024 to 100,000,000.
    public var contextTokens: Int?
    /// How many messages are answered in a day of the person's calendar: 0 to 1,000,000,000, as all that follow.
    public var messagesPerDay: Int?
    /// How many tokens prompts and replies may have in a month of the person's calendar.
    public var tokensPerMonth: Int?
    /// How many characters the person may keep.
    public var characters: Int?
    /// How many memories may be kept of the person, those not counted that are true no more.
    public var memories: Int?
    /// How fast turns may follow each other: at most 8, of different names. Limits nobody where the plan has no rate limiter.
    public var rates: [RateLimit]

    public init(
        models: [String]? = nil, contextTokens: Int? = nil, messagesPerDay: Int? = nil, tokensPerMonth: Int? = nil,
        characters: Int? = nil, memories: Int? = nil, rates: [RateLimit] = []
    ) {
        self.models = models
        self.contextTokens = contextTokens
        self.messagesPerDay = messagesPerDay
        self.tokensPerMonth = tokensPerMonth
        self.characters = characters
        self.memories = memories
        self.rates = rates
    }

    /// The limit that a kind names.
    public subscript(kind: LimitKind) -> Int? {
        get {
            switch kind {
            case .contextTokens: contextTokens
            case .messagesPerDay: messagesPerDay
            case .tokensPerMonth: tokensPerMonth
            case .characters: characters
            case .memories: memories
            }
        }
        set {
            switch kind {
            case .contextTokens: contextTokens = newValue
            case .messagesPerDay: messagesPerDay = newValue
            case .tokensPerMonth: tokensPerMonth = newValue
            case .characters: characters = newValue
            case .memories: memories = newValue
            }
        }
    }

    func check(of tier: String) throws(CompanionError) {
        for kind in LimitKind.allCases {
            guard let value = self[kind] else { continue }
            guard kind.range.contains(value) else {
                throw CompanionError(
                    .invalidInput,
                    "The limit \(kind) of \(tier) must be between \(kind.range.lowerBound) and \(kind.range.upperBound)."
                )
            }
        }
        guard (models?.count ?? 1) <= 64, models?.isEmpty != true else {
            throw CompanionError(.invalidInput, "\(tier) needs 1 to 64 models, or nil for the companion's own.")
        }
        if !rates.isEmpty { try RateLimit.check(1, for: .named(tier), within: rates) }
    }
}

/// A limit that is a number.
public enum LimitKind: String, Sendable, Hashable, CaseIterable, Codable {
    case contextTokens, messagesPerDay, tokensPerMonth, characters, memories

    /// What the limit may be.
    public var range: ClosedRange<Int> { self == .contextTokens ? 1_024...100_000_000 : 0...1_000_000_000 }
}
