internal import _CompanionHosting

/// One thing that can be set, by whatever source.
enum Setting: String, SettingKey {
    case database
    case vectors
    case model
    case user
    case persona
    case color
    case contextTokens = "context-tokens"
    case tokenizer
    case offlinePace = "offline.pace"
    case moderation
    case openAIKey = "openai.api-key"
    case openAIBaseURL = "openai.base-url"
    case openAIInterface = "openai.api"
    case embeddingModel = "openai.embedding-model"
    case embeddingDimensions = "openai.embedding-dimensions"
    case moderationModel = "openai.moderation-model"

    /// The flag; nil for what must not stand on a command line, where every user of the machine can read it, and for
    /// what is seldom set.
    var flag: String? {
        switch self {
        case .openAIKey, .offlinePace, .embeddingDimensions, .moderation, .moderationModel: nil
        case .embeddingModel: "--embedding-model"
        default: "--" + String(key.map { $0 == "." ? "-" : $0 })
        }
    }

    /// Whether the value is never shown.
    var isSecret: Bool { self == .openAIKey }
}
