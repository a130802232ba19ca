/// What lorebooks are asked about: the state of a conversation.
public struct LorebookScene: Sendable {
    /// The texts to search, newest first. As many as there are: each entry looks at as many of them as it wants.
    public var texts: [String]
    /// How many messages the chat has.
    public var messageCount: Int
    /// How many of them the character sent.
    public var characterMessageCount: Int
    /// Which greeting the chat began with, 0 for the card's first; nil where unknown, which holds nothing back.
    public var greeting: Int?
    /// The name of the icon that the person uses; nil where there are none, which holds nothing back.
    public var userIcon: String?
    /// Whether the history does not fit the prompt as a whole any more.
    public var isContextFull: Bool

    public init(
        texts: [String], messageCount: Int, characterMessageCount: Int, greeting: Int? = nil, userIcon: String? = nil,
        isContextFull: Bool = false
    ) {
        self.texts = texts
        self.messageCount = messageCount
        self.characterMessageCount = characterMessageCount
        self.greeting = greeting
        self.userIcon = userIcon
        self.isContextFull = isContextFull
    }
}

/// What is remembered of the entries that were used, from one activation to the next. Keep it with the chat.
public struct LorebookState: Sendable, Hashable, Codable {
    struct Record: Sendable, Hashable, Codable {
        /// The count of messages when the entry was used for the first time.
        var first: Int
        /// The same, when what is sticky or cooling down began.
        var start: Int
        /// The counts of messages before which it is sticky, and after that cooling down.
        var stickyUntil: Int
        var coolingUntil: Int
    }

    /// By the entry's name among the books.
    var records: [String: Record] = [:]

    public init() {}
}

/// How lorebooks are searched where they do not say it themselves. The defaults are SillyTavern's, for which most
/// books are made.
public struct LorebookOptions: Sendable, Hashable {
    /// How many of the newest messages are searched. Default 2.
    public var scanDepth: Int
    /// The share of a prompt that lore may take. Default 0.25.
    public var budgetShare: Double
    /// Whether what an entry says can call others. Default false.
    public var isRecursive: Bool
    /// How many rounds of that there are at most. Default 10.
    public var maximumRecursion: Int
    /// Default false.
    public var isCaseSensitive: Bool
    /// Whether a key of one word must be a word of its own in the text. Default false.
    public var matchesWholeWords: Bool
    /// Whether constant entries are exempt from all budgets, but for what fits the prompt. Default false.
    public var constantsIgnoreBudgets: Bool
    /// The most steps that all regular expressions may take in one activation. Default 2,000,000.
    public var regexSteps: Int

    public init(
        scanDepth: Int = 2, budgetShare: Double = 0.25, isRecursive: Bool = false, maximumRecursion: Int = 10,
        isCaseSensitive: Bool = false, matchesWholeWords: Bool = false, constantsIgnoreBudgets: Bool = false,
        regexSteps: Int = 2_000_000
    ) {
        self.scanDepth = scanDepth
        self.budgetShare = budgetShare
        self.isRecursive = isRecursive
        self.maximumRecursion = maximumRecursion
        self.isCaseSensitive = isCaseSensitive
        self.matchesWholeWords = matchesWholeWords
        self.constantsIgnoreBudgets = constantsIgnoreBudgets
        self.regexSteps = regexSteps
    }
}
