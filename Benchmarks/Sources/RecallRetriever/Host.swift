import CompanionCore
import CompanionInMemory
import CompanionOpenAI
import CompanionSQLite
import Foundation

/// The library, put together as a host does it: everything in one SQLite file.
struct Host {
    let companion: Companion
    /// Whether what was said has vectors that must be made before a search.
    let isIndexed: Bool

    init(store path: String, embedder: Embedder) throws {
        let store = try SQLiteStore(path: path)
        let model = embedder.model
        isIndexed = model != nil
        companion = Companion(
            languageModel: OfflineLanguageModel(), relationalStore: store, embeddingModel: model,
            vectorStore: model == nil ? nil : store.vectors)
    }
}

extension Embedder {
    /// `openai` reads OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_EMBEDDING_MODEL and, for a model of which we know no
    /// dimensions, OPENAI_EMBEDDING_DIMENSIONS.
    fileprivate var model: (any EmbeddingModel)? {
        switch self {
        case .none: return nil
        case .hashed: return HashedEmbeddingModel()
        case .openai:
            let environment = ProcessInfo.processInfo.environment
            var configuration = OpenAI.Configuration(apiKey: environment["OPENAI_API_KEY"])
            if let address = environment["OPENAI_BASE_URL"] { configuration.baseURL = address }
            return OpenAI(configuration: configuration)
                .embeddingModel(
                    environment["OPENAI_EMBEDDING_MODEL"] ?? "text-embedding-3-small",
                    dimensions: environment["OPENAI_EMBEDDING_DIMENSIONS"].flatMap { Int($0) })
        }
    }
}
