/// What a ``LanguageModel`` is asked.
public struct LanguageModelRequest: Sendable, Hashable {
    /// The conversation, oldest first.
    public var messages: [PromptMessage]
    /// The most tokens of the reply; nil leaves it to the model.
    public var maximumOutputTokens: Int?
    public var sampling: Sampling
    public var outputFormat: OutputFormat
    /// At most four texts that end the reply where the model writes them; the text itself is not part of the reply.
    public var stopSequences: [String]

    public init(
        messages: [PromptMessage], maximumOutputTokens: Int? = nil, sampling: Sampling = .init(),
        outputFormat: OutputFormat = .text, stopSequences: [String] = []
    ) {
        self.messages = messages
        self.maximumOutputTokens = maximumOutputTokens
        self.sampling = sampling
        self.outputFormat = outputFormat
        self.stopSequences = stopSequences
    }

    /// How the model chooses among likely tokens; nil leaves a value to the model. Left out for models that do not
    /// accept sampling.
    public struct Sampling: Sendable, Hashable, Codable {
        /// 0 ... 2.
        public var temperature: Double?
        /// 0 ... 1.
        public var topP: Double?
        /// -2 ... 2.
        public var frequencyPenalty: Double?
        /// -2 ... 2.
        public var presencePenalty: Double?
        public var seed: Int?

        public init(
            temperature: Double? = nil, topP: Double? = nil, frequencyPenalty: Double? = nil,
            presencePenalty: Double? = nil, seed: Int? = nil
        ) {
            self.temperature = temperature
            self.topP = topP
            self.frequencyPenalty = frequencyPenalty
            self.presencePenalty = presencePenalty
            self.seed = seed
        }
    }

    /// The form of the reply.
    public enum OutputFormat: Sendable, Hashable {
        case text
        /// JSON that follows the schema; checked by ``LanguageModel/structuredResponse(to:schema:accepting:isolation:)``.
        case json(JSONSchema)
    }
}

/// One message of a prompt.
public struct PromptMessage: Sendable, Hashable {
    public enum Role: String, Sendable, Hashable, Codable {
        case system, user, assistant
    }

    /// Which part of the prompt a message is. Providers are not told; explanations, and stand-ins for a model, use it.
    public enum Part: String, Sendable, Hashable, Codable {
        /// The character and how to play it.
        case character
        /// What the person says of themselves.
        case persona
        case exampleDialogue
        case lore
        case memory
        /// What was said before the history.
        case summary
        case history
        case instructions
    }

    public var role: Role
    public var text: String
    public var part: Part

    public init(_ role: Role, _ text: String, part: Part = .history) {
        self.role = role
        self.text = text
        self.part = part
    }
}
