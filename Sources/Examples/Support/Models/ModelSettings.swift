/// What a program is told of the models that it uses.
package protocol ModelSettings: Sendable {
    /// The model's name; nil where none was named. ``ModelChoice/offlineModel`` is the stand-in.
    var model: String? { get }
    /// The model's context window, where it is not what is assumed.
    var contextTokens: Int? { get }
    /// The time between two words of the stand-in's; nil where none was named.
    var offlinePace: Duration? { get }
    var openAIKey: String? { get }
    var openAIBaseURL: String? { get }
    var openAIInterface: OpenAIInterface { get }
    /// The model that finds memories by their meaning; nil finds them by their words.
    var embeddingModel: String? { get }
    /// How many numbers its vectors have, where that isn't known by its name.
    var embeddingDimensions: Int? { get }
    var moderation: ScreeningChoice { get }
    /// The model that judges texts; nil screens by words alone.
    var moderationModel: String? { get }
    /// The path of a `.tiktoken` file of ranks.
    var tokenizer: String? { get }
}

/// Which of OpenAI's two interfaces to speak.
package enum OpenAIInterface: String, Sendable, CaseIterable {
    case auto, chat, responses
}

/// Whether texts are screened, and people told that they talk to an AI.
package enum ScreeningChoice: String, Sendable, CaseIterable {
    case on, off
}
