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
    /// What each message is called and counts, as the composer knows it.
    var labels: [Label] = []

    public init(messages: [PromptMessage], maximumOutputTokens: Int, report: PromptReport) {
        self.messages = messages
        self.maximumOutputTokens = maximumOutputTokens
        self.report = report
    }
}

extension Prompt {
    /// What a composer knows of a message.
    struct Label: Sendable, Hashable {
        /// Nil for a message of the chat.
        var title: String?
        /// The sequence number of a message of the chat.
        var sequence: Int?
        var tokens: Int
    }

    /// The messages in their order, each with what it is called and what it counts.
    ///
    /// Known of what ``ChatService`` makes; a prompt that was made or changed by somebody else has its parts' names for
    /// titles, and its tokens are ``EstimatingTokenCounter``'s.
    public var pieces: [PromptPiece] {
        guard labels.count == messages.count else {
            let counter = EstimatingTokenCounter()
            return messages.map {
                PromptPiece(message: $0, title: $0.part.rawValue, tokens: counter.count($0.text))
            }
        }
        return zip(messages, labels).map { message, label in
            let title = label.title ?? label.sequence.map { "Message \($0)" } ?? "New message"
            return PromptPiece(message: message, title: title, sequence: label.sequence, tokens: label.tokens)
        }
    }
}

/// One message of a prompt, as explanations name it.
public struct PromptPiece: Sendable, Hashable {
    public var message: PromptMessage
    /// What it is called, such as `Persona: Ada`.
    public var title: String
    /// The sequence number of the chat's message that it is; nil for all else.
    public var sequence: Int?
    /// With what a provider adds around each message.
    public var tokens: Int

    public init(message: PromptMessage, title: String, sequence: Int? = nil, tokens: Int) {
        self.message = message
        self.title = title
        self.sequence = sequence
        self.tokens = tokens
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
