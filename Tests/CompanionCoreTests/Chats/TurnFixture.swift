import CompanionCore
import CompanionInMemory
import CompanionTesting
import Synchronization

/// A person, a character and an empty chat, with a clock and chance of the test's own.
struct TurnFixture {
    let store: any RelationalStore
    let clock: ManualClock
    let model: ScriptedLanguageModel
    let companion: Companion
    let user: User.ID
    let chat: Chat.ID

    init(
        _ replies: ScriptedReply..., store: any RelationalStore = InMemoryStore(),
        card: CharacterCard = CharacterCard(name: "Luna", personality: "Calm."),
        admission: (any TurnAdmission)? = nil, screening: (any TurnScreening)? = nil,
        recall: (any MemoryRecall)? = nil, configuration: Companion.Configuration = .init()
    ) async throws {
        let model = ScriptedLanguageModel(replies: replies)
        self = try await TurnFixture(
            model: model, store: store, card: card, admission: admission, screening: screening, recall: recall,
            configuration: configuration)
    }

    init(
        model: ScriptedLanguageModel, store: any RelationalStore = InMemoryStore(),
        card: CharacterCard = CharacterCard(name: "Luna", personality: "Calm."),
        admission: (any TurnAdmission)? = nil, screening: (any TurnScreening)? = nil,
        recall: (any MemoryRecall)? = nil, configuration: Companion.Configuration = .init()
    ) async throws {
        self.store = store
        self.model = model
        clock = ManualClock()
        companion = Companion(
            languageModel: model, relationalStore: store, admission: admission, screening: screening, recall: recall,
            clock: clock, random: SeededRandomSource(seed: 1), configuration: configuration)
        user = try await companion.accounts.register(name: "Ada").id
        let character = try await companion.characters.add(card, by: user)
        chat = try await companion.chats.start(with: character.id, by: user).id
    }

    /// Another process on the same store, with the same clock.
    func neighbour(
        _ model: any LanguageModel, configuration: Companion.Configuration = .init()
    ) -> Companion {
        Companion(
            languageModel: model, relationalStore: store, clock: clock, random: SeededRandomSource(seed: 2),
            configuration: configuration)
    }

    @discardableResult
    func say(_ text: String, clientID: ClientMessageID? = nil) async throws -> Message {
        try await companion.chats.reply(to: text, in: chat, by: user, clientID: clientID)
    }

    /// All events of one reply, in a task that can be cancelled.
    func events(sayingInATask text: String) -> Task<[ReplyEvent], any Error> {
        Task { [companion, chat, user] in
            try await companion.chats.withReply(to: text, in: chat, by: user) { reply in
                var events: [ReplyEvent] = []
                for try await event in reply { events.append(event) }
                return events
            }
        }
    }

    /// Dies in the middle of a reply: what is left is what a killed process leaves.
    func dieInAReply(to text: String, clientID: ClientMessageID? = nil, after pieces: String...) async throws {
        let death = CompanionError(.internalInconsistency, "killed")
        let store = MortalStore(store)
        let doomed = Companion(
            languageModel: ScriptedLanguageModel { _ in
                ScriptedReply(
                    steps: pieces.map { .event(.text($0)) } + [.wait { store.die() }, .failure(death)])
            },
            relationalStore: store, clock: clock, random: SeededRandomSource(seed: 3))
        do { _ = try await doomed.chats.reply(to: text, in: chat, by: user, clientID: clientID) } catch {}
    }

    var messages: [Message] {
        get async throws { try await companion.chats.messages(in: chat, by: user, limit: 500) }
    }

    var texts: [String] {
        get async throws { try await messages.map(\.text) }
    }
}

/// A store whose process can die: from then on nothing reaches it.
final class MortalStore: RelationalStore {
    private let base: any RelationalStore
    private let isDead = Mutex(false)

    init(_ base: any RelationalStore) { self.base = base }

    func die() { isDead.withLock { $0 = true } }

    func transaction<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        guard !isDead.withLock({ $0 }) else { throw CompanionError(.unavailable, "The process is dead.") }
        return try await base.transaction(body)
    }

    func read<Result: Sendable>(_ body: @Sendable (any StoreTransaction) throws -> Result) async throws -> Result {
        guard !isDead.withLock({ $0 }) else { throw CompanionError(.unavailable, "The process is dead.") }
        return try await base.read(body)
    }
}

extension [ReplyEvent] {
    var text: String { compactMap { if case .text(let piece) = $0 { piece } else { nil } }.joined() }
    var notices: [String] { compactMap { if case .notice(let text) = $0 { text } else { nil } } }
    var finished: Message? { compactMap { if case .finished(let message) = $0 { message } else { nil } }.last }
}
