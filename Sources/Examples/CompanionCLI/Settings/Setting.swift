/// One thing that can be set, by whatever source.
enum Setting: String, Sendable, CaseIterable {
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

    /// The name in the configuration file; a dot leads into an object.
    var key: String { rawValue }

    /// The environment's variable.
    var variable: String {
        let name = String(key.map { $0 == "-" || $0 == "." ? "_" : $0 }).uppercased()
        return key.hasPrefix("openai.") ? name : "COMPANION_" + name
    }

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

/// Where a value came from.
enum SettingSource: Sendable, Hashable, CustomStringConvertible {
    case flag(String)
    case variable(String)
    case file(String, key: String)
    case standard

    var description: String {
        switch self {
        case .flag(let name): "the flag \(name)"
        case .variable(let name): "the variable \(name)"
        case .file(let path, let key): "\"\(key)\" in \(path)"
        case .standard: "the default"
        }
    }
}
