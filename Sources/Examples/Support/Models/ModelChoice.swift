package import CompanionCore
internal import CompanionInMemory
package import CompanionOpenAI

/// Which language model the settings mean.
package enum ModelChoice: Sendable, Hashable {
    /// The stand-in; by the person's own wish, or because nothing else is configured.
    case offline(isWished: Bool)
    /// A model of that name; nil for the only one that the server has.
    case served(name: String?)

    /// The model name that means the stand-in, which is no language model.
    package static let offlineModel = "offline"

    /// OpenAI's model for whoever names none.
    package static let standardModel = "gpt-5.1"

    /// Throws `invalidInput` where a model is named and there is nobody to ask for it.
    package init(_ settings: some ModelSettings) throws(CompanionError) {
        let isServed = settings.openAIKey != nil || settings.openAIBaseURL != nil
        switch settings.model {
        case Self.offlineModel?: self = .offline(isWished: true)
        case let name? where !isServed:
            throw CompanionError(
                .invalidInput,
                """
                There is no key for the model \(name): set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own, \
                or take --model offline.
                """)
        case nil where !isServed: self = .offline(isWished: false)
        case nil where settings.openAIBaseURL.map { $0.contains("//api.openai.com") } ?? true:
            self = .served(name: Self.standardModel)
        case let name: self = .served(name: name)
        }
    }

    /// What to tell the person of the model, once; nil for a real one.
    package var notice: String? {
        guard case .offline(let isWished) = self else { return nil }
        let reason = isWished ? "The model is a stand-in" : "No language model is configured"
        let advice = isWished ? "" : " Set OPENAI_API_KEY, or OPENAI_BASE_URL for a local server."
        return "\(reason): replies come from the character's examples.\(advice)"
    }

    /// The time between two words of the stand-in's that suits somebody who watches them come.
    package static let readingPace = Duration.milliseconds(30)

    /// The model itself. Asks the server for its models where none is named.
    ///
    /// - Parameter isWatched: Whether somebody sees the replies come, and may want to stop one.
    package func model(_ settings: some ModelSettings, isWatched: Bool) async throws -> any LanguageModel {
        switch self {
        case .offline: return OfflineLanguageModel(pace: settings.offlinePace ?? (isWatched ? Self.readingPace : nil))
        case .served(let name):
            let openAI = OpenAI(settings)
            let name = if let name { name } else { try await Self.onlyModel(of: openAI) }
            return openAI.languageModel(name, settings)
        }
    }

    private static func onlyModel(of openAI: OpenAI) async throws -> String {
        let models = try await openAI.models()
        guard let model = models.first else {
            throw CompanionError(.notFound, "The server lists no model: name one with --model.")
        }
        guard models.count == 1 else {
            let more = models.count > 10 ? ", …" : ""
            throw CompanionError(
                .invalidInput,
                "The server has \(models.count) models: name one with --model (\(models.prefix(10).joined(separator: ", "))\(more))."
            )
        }
        return model
    }
}

extension OpenAI {
    package init(_ settings: some ModelSettings) {
        self.init(
            configuration: .init(
                apiKey: settings.openAIKey, baseURL: settings.openAIBaseURL ?? Configuration.defaultBaseURL))
    }

    /// The embedding model that the settings name; nil where none is.
    ///
    /// - Throws: `invalidInput` where one is named and there is nobody to ask for it.
    package static func embeddingModel(_ settings: some ModelSettings) throws(CompanionError) -> (any EmbeddingModel)? {
        guard let name = settings.embeddingModel else { return nil }
        guard settings.openAIKey != nil || settings.openAIBaseURL != nil else {
            throw CompanionError(
                .invalidInput,
                """
                There is no key for the embedding model \(name): set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of \
                your own, or name none.
                """)
        }
        return OpenAI(settings).embeddingModel(name, dimensions: settings.embeddingDimensions)
    }

    /// What screens messages and replies: the words of a crisis, and the model that the settings name; nil where it is
    /// turned off.
    package static func moderation(_ settings: some ModelSettings) throws(CompanionError) -> Moderation? {
        guard settings.moderation == .on else { return nil }
        guard let name = settings.moderationModel else { return try Moderation() }
        guard settings.openAIKey != nil || settings.openAIBaseURL != nil else {
            throw CompanionError(
                .invalidInput,
                """
                There is no key for the moderation model \(name): set OPENAI_API_KEY, or OPENAI_BASE_URL for a server \
                of your own, or name none.
                """)
        }
        return try Moderation(model: OpenAI(settings).moderationModel(name))
    }

    package func languageModel(_ name: String, _ settings: some ModelSettings) -> OpenAILanguageModel {
        var options = OpenAILanguageModel.Options()
        options.api =
            switch settings.openAIInterface {
            case .auto: .automatic
            case .chat: .chatCompletions
            case .responses: .responses
            }
        if let window = settings.contextTokens {
            var capabilities = languageModel(name).capabilities
            capabilities.contextWindow = window
            options.capabilities = capabilities
        }
        return languageModel(name, options: options)
    }
}
