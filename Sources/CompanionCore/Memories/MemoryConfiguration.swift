/// The bounds and habits of memory. Every default stands in the initialiser.
public struct MemoryConfiguration: Sendable {
    /// Whether anything is learnt at all. What is known already stays, and can be seen and forgotten.
    public var isEnabled: Bool
    /// After how many messages, the character's included, they are read for memories.
    public var messagesPerExtraction: Int
    /// Or after how many tokens, where those come first.
    public var tokensPerExtraction: Int
    /// Or after how long a silence.
    public var idleDelay: Duration
    /// The most messages that are read in one call of the model.
    public var maximumBatchMessages: Int
    /// And the most tokens; a single message may have more.
    public var maximumBatchTokens: Int
    /// How many known memories the model is shown.
    public var knownPerBatch: Int
    /// The most candidates that one batch may bring.
    public var candidatesPerBatch: Int
    /// After how many messages that no longer fit the prompt a chat is summed up anew.
    public var messagesPerSummary: Int
    /// The most tokens of a chat's summary.
    public var summaryTokens: Int
    /// Where the person's day begins, for dates such as "yesterday": seconds east of UTC.
    public var secondsFromUTC: Int

    public init(
        isEnabled: Bool = true, messagesPerExtraction: Int = 20, tokensPerExtraction: Int = 3_000,
        idleDelay: Duration = .seconds(600), maximumBatchMessages: Int = 40, maximumBatchTokens: Int = 6_000,
        knownPerBatch: Int = 16, candidatesPerBatch: Int = 32, messagesPerSummary: Int = 32,
        summaryTokens: Int = 400, secondsFromUTC: Int = 0
    ) {
        self.isEnabled = isEnabled
        self.messagesPerExtraction = messagesPerExtraction
        self.tokensPerExtraction = tokensPerExtraction
        self.idleDelay = idleDelay
        self.maximumBatchMessages = maximumBatchMessages
        self.maximumBatchTokens = maximumBatchTokens
        self.knownPerBatch = knownPerBatch
        self.candidatesPerBatch = candidatesPerBatch
        self.messagesPerSummary = messagesPerSummary
        self.summaryTokens = summaryTokens
        self.secondsFromUTC = secondsFromUTC
    }
}
