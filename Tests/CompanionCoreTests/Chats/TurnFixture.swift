import CompanionCore
import CompanionInMemory
import CompanionTesting

/// A person, a character and an empty chat, on a store in memory with a clock and chance of the test's own.
struct TurnFixture {
    let store: any RelationalStore
    let clock = ManualClock()
    let model: ScriptedLanguageModel
    let companion: Companion
    let user: User.ID
    let chat: Chat.ID

    init(
        replies: [ScriptedReply] = [], store: any RelationalStore = InMemoryStore(),
        card: CharacterCard = CharacterCard(name: "Luna", personality: "Calm."), persona: String = "",
        admission: (any TurnAdmission)? = nil, screening: (any TurnScreening)? = nil,
        recall: (any MemoryRecall)? = nil, capabilities: LanguageModelCapabilities = .init(contextWindow: 8_192),
        configuration: Companion.Configuration = .init()
    ) async throws {
        self.store = store
        model = ScriptedLanguageModel(replies, capabilities: capabilities)
        companion = Companion(
            languageModel: model, relationalStore: store, admission: admission, screening: screening, recall: recall,
            clock: clock, random: SeededRandomSource(seed: 1), configuration: configuration)
        user = try await companion.accounts.register(name: "Ada", persona: persona).id
        let character = try await companion.characters.add(card, by: user)
        chat = try await companion.chats.start(with: character.id, by: user).id
    }

    /// Another process on the same store, with the same clock.
    func neighbour(_ model: any LanguageModel, configuration: Companion.Configuration = .init()) -> Companion {
        Companion(
            languageModel: model, relationalStore: store, clock: clock, random: SeededRandomSource(seed: 2),
            configuration: configuration)
    }

    func say(_ text: String, clientID: ClientMessageID? = nil) async throws -> Message {
        try await companion.chats.reply(to: text, in: chat, by: user, clientID: clientID)
    }

    var messages: [Message] {
        get async throws { try await companion.chats.messages(in: chat, by: user, limit: 500) }
    }

    var texts: [String] {
        get async throws { try await messages.map(\.text) }
    }
}
