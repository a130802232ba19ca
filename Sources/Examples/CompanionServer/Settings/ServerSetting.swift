internal import _CompanionHosting

/// One thing that can be set, by whatever source.
enum ServerSetting: String, SettingKey {
    case host
    case port
    case adminHost = "admin-host"
    case adminPort = "admin-port"
    case role
    case workers
    case database
    case connections
    case cache
    case vectors
    case blobs
    case model
    case contextTokens = "context-tokens"
    case tokenizer
    case offlinePace = "offline.pace"
    case openAIKey = "openai.api-key"
    case openAIBaseURL = "openai.base-url"
    case openAIInterface = "openai.api"
    case embeddingModel = "openai.embedding-model"
    case embeddingDimensions = "openai.embedding-dimensions"
    case moderation
    case moderationModel = "openai.moderation-model"
    case speech
    case speechModel = "speech-model"
    case speechVoice = "speech-voice"
    case transcriptionModel = "transcription-model"
    case elevenLabsKey = "elevenlabs.api-key"
    case plan
    case signUp = "sign-up"
    case signingKey = "signing-key"
    case mail
    case mailFrom = "mail-from"
    case mailPassword = "mail-password"
    case googleClientID = "google.client-id"
    case googleClientSecret = "google.client-secret"
    case googleIssuer = "google.issuer"
    case appleServicesID = "apple.services-id"
    case appleTeam = "apple.team"
    case appleKeyID = "apple.key-id"
    case appleKey = "apple.key"
    case appleIssuer = "apple.issuer"
    case publicURL = "public-url"
    case allowedOrigins = "allowed-origins"
    case trustedProxies = "trusted-proxies"
    case tlsCertificate = "tls-certificate"
    case tlsKey = "tls-key"
    case page
    case logLevel = "log-level"
    case logFormat = "log-format"
    case drainTimeout = "drain-timeout"

    /// Nil for what must not stand on a command line, where every user of the machine can read it, and for what only tests want.
    var flag: String? {
        switch self {
        case .googleClientSecret, .elevenLabsKey, .mailPassword: nil
        case .googleIssuer, .appleIssuer: nil
        case .embeddingModel: "--embedding-model"
        case .embeddingDimensions: "--embedding-dimensions"
        case .moderationModel: "--moderation-model"
        default: "--" + String(key.map { $0 == "." ? "-" : $0 })
        }
    }

    var isSecret: Bool { [.openAIKey, .googleClientSecret, .elevenLabsKey, .mailPassword].contains(self) }
}
