import CompanionCore
import CompanionInMemory
import CompanionTesting
import Synchronization

/// A person who talks with a character whose memory is watched.
struct MemoryFixture {
    let store: any RelationalStore
    let clock: ManualClock
    let companion: Companion
    let user: User.ID
    let character: CompanionCharacter.ID
    let chat: Chat.ID

    init(
        store: any RelationalStore = InMemoryStore(), extractor: (any MemoryExtractor)? = nil,
        model: any LanguageModel = MemoryFixture.listener, embeddings: (any EmbeddingModel)? = nil,
        vectors: (any VectorStore)? = nil, configuration: Companion.Configuration = .init()
    ) async throws {
        self.store = store
        clock = ManualClock()
        companion = Companion(
            languageModel: model, relationalStore: store, embeddingModel: embeddings, vectorStore: vectors,
            memoryExtractor: extractor, clock: clock, random: SeededRandomSource(seed: 1),
            configuration: configuration)
        user = try await companion.accounts.register(name: "Ada").id
        character = try await companion.characters.add(CharacterCard(name: "Luna"), by: user).id
        chat = try await companion.chats.start(with: character, by: user).id
    }

    /// A character that says little.
    static var listener: ScriptedLanguageModel { ScriptedLanguageModel { _ in "Mhm." } }

    /// Says something; returns the person's message.
    @discardableResult
    func say(_ text: String, in other: Chat.ID? = nil) async throws -> Message {
        let reply = try await companion.chats.reply(to: text, in: other ?? chat, by: user)
        clock.advance(by: .seconds(60))
        let messages = try await companion.chats.messages(
            in: other ?? chat, by: user, before: reply.sequence, limit: 1)
        return messages[0]
    }

    @discardableResult
    func extract() async throws -> ExtractionReport { try await companion.memories.extractNow(chat, by: user) }

    /// What is true now, in words.
    var known: [String] { get async throws { try await memories().map(\.text) } }

    func memories(_ validity: MemoryFilter.Validity = .now) async throws -> [Memory] {
        try await companion.memories.memories(of: user, matching: .init(validity: validity), limit: 500)
    }

    /// Lets the chat be silent for long enough, and does what is due then.
    func settle() async throws {
        clock.advance(by: .seconds(700))
        try await companion.jobs.workDue()
    }
}

/// An extractor that does what a test says, and remembers what it was shown.
final class RecordingExtractor: MemoryExtractor {
    private let answer: @Sendable (MemoryBatch) async throws -> [MemoryCandidate]
    private let record = Mutex<[MemoryBatch]>([])

    init(_ answer: @escaping @Sendable (MemoryBatch) async throws -> [MemoryCandidate]) { self.answer = answer }

    var batches: [MemoryBatch] { record.withLock { $0 } }

    func extract(from batch: MemoryBatch) async throws -> MemoryExtraction {
        record.withLock { $0.append(batch) }
        return MemoryExtraction(candidates: try await answer(batch))
    }

    /// Takes each citable line as a memory of its own, word for word behind the person's name.
    static var literal: RecordingExtractor {
        RecordingExtractor { batch in
            batch.lines.filter(\.isCitable).map {
                MemoryCandidate(text: "Ada said \($0.text)", kind: .fact, lines: [$0.number])
            }
        }
    }
}
