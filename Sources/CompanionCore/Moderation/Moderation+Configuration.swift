extension Moderation {
    /// How a host wants its people protected. Each default is the cautious one.
    public struct Configuration: Sendable {
        /// What a model's judgement means for a reply that streams.
        public enum Replies: Sendable, Hashable {
            /// Text is delivered at once and judged a part at a time: what is blocked may have been seen in part. Spans that
            /// keywords block are never seen.
            case prompt
            /// Nothing is delivered before it was judged: a reply comes in sentences.
            case strict
        }

        /// What is done about what is found.
        public var policy: ModerationPolicy
        /// Default: prompt.
        public var replies: Replies
        /// A reply is judged in parts of whole sentences with at least so many bytes. Default 240.
        public var shortestPart: Int
        /// A part of so many bytes is judged without waiting for the end of its sentence. Default 1,000.
        public var longestPart: Int
        /// What tells of a crisis, besides the model. Default: our own English list.
        public var crisisPhrases: [KeywordTerm]
        /// Where help is found.
        public var directory: CrisisDirectory
        /// Whether the character falls silent in the turn in which a crisis shows, as Oregon's law has it. Default: yes.
        public var crisisEndsTurn: Bool
        /// How long without a sign ends an episode, after which help is named again. Default 6 hours.
        public var crisisQuiet: Duration
        /// When somebody is told that they talk to an AI; nil: never. Default: the strictest profile for everybody.
        public var disclosure: @Sendable (User) -> DisclosureProfile?
        /// How old somebody is. Default: what their preferences say.
        public var ageBand: @Sendable (User) -> AgeBand
        /// For whom a character is made. Default: for all.
        public var rating: @Sendable (CompanionCharacter) -> CharacterRating
        /// The country that somebody is in (ISO 3166-1, two letters). Default: what their
        /// preferences say.
        public var country: @Sendable (User) -> String?

        public init(
            policy: ModerationPolicy = .standard, replies: Replies = .prompt, shortestPart: Int = 240,
            longestPart: Int = 1_000, crisisPhrases: [KeywordTerm] = CrisisPhrases.english,
            directory: CrisisDirectory = .standard, crisisEndsTurn: Bool = true,
            crisisQuiet: Duration = .seconds(6 * 3600),
            disclosure: @escaping @Sendable (User) -> DisclosureProfile? = { _ in .strictest },
            ageBand: @escaping @Sendable (User) -> AgeBand = { $0.preferences.content.ageBand },
            rating: @escaping @Sendable (CompanionCharacter) -> CharacterRating = { _ in .general },
            country: @escaping @Sendable (User) -> String? = { $0.preferences.content.country }
        ) {
            self.policy = policy
            self.replies = replies
            self.shortestPart = shortestPart
            self.longestPart = longestPart
            self.crisisPhrases = crisisPhrases
            self.directory = directory
            self.crisisEndsTurn = crisisEndsTurn
            self.crisisQuiet = crisisQuiet
            self.disclosure = disclosure
            self.ageBand = ageBand
            self.rating = rating
            self.country = country
        }
    }
}
