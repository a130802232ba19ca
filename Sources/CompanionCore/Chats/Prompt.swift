/// What a model is shown in one turn.
public struct Prompt: Sendable, Hashable {
    public var messages: [PromptMessage]
    /// The most tokens that the reply may have.
    public var maximumOutputTokens: Int
    public var report: PromptReport
    /// The sequence number of the last message that found no room; 0 where all did.
    var lostThrough = 0
    /// To be handed to the chat's next prompt.
    var loreState = LorebookState()

    public init(messages: [PromptMessage], maximumOutputTokens: Int, report: PromptReport) {
        self.messages = messages
        self.maximumOutputTokens = maximumOutputTokens
        self.report = report
    }
}

/// Explains a prompt: what is in it, what is not, and why. Tokens are the token counter's.
public struct PromptReport: Sendable, Hashable {
    /// One part of the prompt, in its order.
    public struct Segment: Sendable, Hashable {
        public var part: PromptMessage.Part
        public var title: String
        public var tokens: Int
        public var isIncluded: Bool
        /// Why it is in or out, where that isn't plain.
        public var note: String

        public init(
            _ part: PromptMessage.Part, title: String, tokens: Int, isIncluded: Bool = true, note: String = ""
        ) {
            self.part = part
            self.title = title
            self.tokens = tokens
            self.isIncluded = isIncluded
            self.note = note
        }
    }

    public var segments: [Segment]
    /// The most tokens that the prompt may have.
    public var budget: Int
    /// What is kept free for the reply.
    public var replyReserve: Int

    public init(segments: [Segment], budget: Int, replyReserve: Int) {
        self.segments = segments
        self.budget = budget
        self.replyReserve = replyReserve
    }

    /// The tokens of all that is included.
    public var promptTokens: Int { segments.reduce(0) { $0 + ($1.isIncluded ? $1.tokens : 0) } }
}
