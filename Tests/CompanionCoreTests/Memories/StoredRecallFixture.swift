import CompanionCore
import CompanionInMemory
import CompanionTesting

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Ada, her characters, and what they said to each other, written in one go.
struct StoredRecallFixture {
    let store: any RelationalStore
    let clock = ManualClock()
    let model: ScriptedLanguageModel
    let companion: Companion
    let ada: User.ID
    let luna: CompanionCharacter.ID

    init(
        store: any RelationalStore = InMemoryStore(), embeddingModel: (any EmbeddingModel)? = nil,
        vectorStore: (any VectorStore)? = nil, configuration: Companion.Configuration = .init(),
        model: ScriptedLanguageModel = ScriptedLanguageModel { _ in "I see." }
    ) async throws {
        self.store = store
        self.model = model
        companion = Companion(
            languageModel: model, relationalStore: store, embeddingModel: embeddingModel, vectorStore: vectorStore,
            memoryExtractor: RuleBasedMemoryExtractor(), clock: clock, random: SeededRandomSource(seed: 1),
            configuration: configuration)
        ada = try await companion.accounts.register(name: "Ada").id
        luna = try await companion.characters.add(CharacterCard(name: "Luna"), by: ada).id
    }

    /// A companion on the same store that remembers nothing of it yet.
    func afresh() -> Companion {
        Companion(
            languageModel: model, relationalStore: store, memoryExtractor: RuleBasedMemoryExtractor(), clock: clock,
            random: SeededRandomSource(seed: 2))
    }

    /// A chat in which the person says these lines, a minute apart, each answered by the character with "I see."
    @discardableResult
    func chat(
        _ lines: String..., with character: CompanionCharacter.ID? = nil, by user: User.ID? = nil
    ) async throws -> Chat.ID {
        let user = user ?? ada
        let chat = try await companion.chats.start(with: character ?? luna, by: user).id
        for line in lines {
            clock.advance(by: .seconds(60))
            _ = try await companion.chats.reply(to: line, in: chat, by: user)
        }
        return chat
    }

    func found(
        _ text: String, with character: CompanionCharacter.ID? = nil, by user: User.ID? = nil, asOf: Date? = nil,
        in companion: Companion? = nil
    ) async throws -> [String] {
        try await (companion ?? self.companion).memories
            .search(text, with: character ?? luna, by: user ?? ada, asOf: asOf).items.map(\.text)
    }
}
