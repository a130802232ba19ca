import CompanionCore
import CompanionInMemory
import CompanionTesting
import Synchronization
import Testing

/// Recall from a store: what is found follows what was said, changed and forgotten.
struct RecallServiceTests {
    @Test("What was said in any chat with a character is found, and nothing of another character's or person's")
    func scope() async throws {
        let fixture = try await StoredRecallFixture()
        let bram = try await fixture.companion.characters.add(CharacterCard(name: "Bram"), by: fixture.ada).id
        let eve = try await fixture.companion.accounts.register(name: "Eve").id
        let hers = try await fixture.companion.characters.add(CharacterCard(name: "Luna"), by: eve).id
        try await fixture.chat("My sailing boat is called Halcyon.")
        try await fixture.chat("The sailing boat of my uncle sank.")
        try await fixture.chat("I hate every sailing boat, Bram.", with: bram)
        try await fixture.chat("My sailing boat is a secret.", with: hers, by: eve)
        let found = try await fixture.found("sailing boat")
        #expect(
            found.contains("My sailing boat is called Halcyon.") && found.contains("The sailing boat of my uncle sank.")
        )
        #expect(!found.contains { $0.contains("Bram") || $0.contains("secret") })
        await #expect(throws: CompanionError.self) { try await fixture.found("boat", with: hers) }
        await #expect(throws: CompanionError.self) { try await fixture.found("boat", by: eve) }
    }

    @Test("An edit, a deletion and its undoing, a further message and a deleted chat are seen by the next search")
    func changes() async throws {
        let fixture = try await StoredRecallFixture()
        let chats = fixture.companion.chats
        let chat = try await fixture.chat("The zebra is striped.", "The walrus is not.")
        #expect(try await fixture.found("zebra").first == "The zebra is striped.")
        let zebra = try await chats.messages(in: chat, by: fixture.ada)[0]
        _ = try await chats.edit(zebra.id, to: "The okapi is striped.", by: fixture.ada)
        #expect(try await fixture.found("zebra").isEmpty)
        #expect(try await fixture.found("okapi").first == "The okapi is striped.")
        try await chats.delete(zebra.id, by: fixture.ada)
        #expect(try await fixture.found("okapi").isEmpty)
        _ = try await chats.undo(in: chat, by: fixture.ada)
        #expect(try await fixture.found("okapi").first == "The okapi is striped.")
        _ = try await chats.reply(to: "A tapir came by.", in: chat, by: fixture.ada)
        #expect(try await fixture.found("tapir").first == "A tapir came by.")
        try await chats.delete(chat, by: fixture.ada)
        #expect(try await fixture.found("tapir okapi walrus").isEmpty)
    }

    @Test("What a prompt shows anyway is not recalled; what it shows no more is")
    func visible() async throws {
        var configuration = Companion.Configuration()
        configuration.prompt.maximumPromptTokens = 1_400
        configuration.recall.tokenBudget = 200
        configuration.memory.messagesPerExtraction = 1_000_000
        let fixture = try await StoredRecallFixture(configuration: configuration)
        let chat = try await fixture.chat("My boat is called Halcyon.", "What is the boat called?")
        #expect(!fixture.model.requests[1].messages.contains { $0.part == .memory })
        for number in 0..<40 {
            let filler =
                "Number \(number) of many lines that fill the window with nothing of interest to anybody at all, again."
            _ = try await fixture.companion.chats.reply(to: filler, in: chat, by: fixture.ada)
        }
        _ = try await fixture.companion.chats.reply(to: "Again: what is my boat called?", in: chat, by: fixture.ada)
        let last = try #require(fixture.model.requests.last)
        let recalled = try #require(last.messages.first { $0.part == .memory })
        #expect(recalled.text.contains("Ada: My boat is called Halcyon."))
        #expect(!last.messages.contains { $0.part == .history && $0.text.contains("Halcyon") })
    }

    @Test("A corrected memory is recalled as it is now; what it took the place of only as of then")
    func corrected() async throws {
        let fixture = try await StoredRecallFixture()
        let chat = try await fixture.chat("I live in Paris.")
        _ = try await fixture.companion.memories.extractNow(chat, by: fixture.ada)
        let memory = try #require(try await fixture.companion.memories.memories(of: fixture.ada).first)
        let before = fixture.clock.now
        fixture.clock.advance(by: .seconds(3_600))
        _ = try await fixture.companion.memories.edit(memory.id, to: "Ada lives in Turin.", by: fixture.ada)
        let now = try await fixture.found("Where do I live?")
        #expect(now.contains("Ada lives in Turin.") && !now.contains { $0.contains("Paris") })
        let then = try await fixture.found("Where do I live?", asOf: before)
        #expect(then.contains("I live in Paris.") && !then.contains { $0.contains("Turin") })
    }

    @Test("What was forgotten is not found, and not learnt again from the message that told it")
    func forgotten() async throws {
        let fixture = try await StoredRecallFixture()
        let chat = try await fixture.chat("I live in Paris.", "I like cheese.")
        let memories = fixture.companion.memories
        _ = try await memories.extractNow(chat, by: fixture.ada)
        let paris = try #require(try await memories.memories(of: fixture.ada).first { $0.text.contains("Paris") })
        try await memories.forget(paris.id, by: fixture.ada)
        #expect(try await !fixture.found("live Paris").contains { $0.contains("Paris") })
        #expect(try await !fixture.found("live Paris", in: fixture.afresh()).contains { $0.contains("Paris") })
        #expect(try await fixture.found("cheese").contains { $0.contains("cheese") })
    }

    @Test(
        "A character's own words about what was forgotten or superseded are not recalled either, but what it says else is"
    )
    func echo() async throws {
        let model = ScriptedLanguageModel { request in
            let said = request.messages.last?.text ?? ""
            return .text(["So you said: \(said) I like the lighthouse. I'll remember that."])
        }
        let fixture = try await StoredRecallFixture(model: model)
        let chat = try await fixture.chat("I live in Paris.", "I hate thunderstorms.", "I like the lighthouse.")
        let memories = fixture.companion.memories
        _ = try await memories.extractNow(chat, by: fixture.ada)
        let known = try await memories.memories(of: fixture.ada)
        let paris = try #require(known.first { $0.text.contains("Paris") })
        let storms = try #require(known.first { $0.text.contains("thunderstorms") })
        fixture.clock.advance(by: .seconds(60))
        let before = fixture.clock.now
        fixture.clock.advance(by: .seconds(60))
        _ = try await memories.edit(paris.id, to: "Ada lives in Turin.", by: fixture.ada)
        try await memories.forget(storms.id, by: fixture.ada)
        for companion in [fixture.companion, fixture.afresh()] {
            let found = try await fixture.found("Where do I live, and do I hate thunderstorms in Paris?", in: companion)
            #expect(!found.contains { $0.contains("Paris") || $0.contains("thunderstorms") }, "\(found)")
            #expect(found.contains("Ada lives in Turin."))
        }
        #expect(try await fixture.found("lighthouse").contains { $0.hasPrefix("So you said: I like the lighthouse") })
        let then = try await fixture.found("Paris", asOf: before)
        #expect(then.contains { $0.hasPrefix("So you said: I live in Paris.") })
    }

    @Test("After any changes by several processes, a search finds what one made afresh finds")
    func keepsUp() async throws {
        let random = SeededRandomSource()
        let fixture = try await StoredRecallFixture()
        let neighbour = fixture.afresh()
        var chats = [try await fixture.chat("The first word is zebra.")]
        let words = ["zebra", "walrus", "okapi", "tapir", "gannet", "lemur"]
        for step in 0..<120 {
            var generator = random
            let actor = Bool.random(using: &generator) ? fixture.companion : neighbour
            let chat = try #require(chats.randomElement(using: &generator))
            let text = "The \(words.randomElement(using: &generator) ?? "") number \(step) is here."
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: chats.append(try await actor.chats.start(with: fixture.luna, by: fixture.ada).id)
            case 1:
                if chats.count > 1 {
                    try await actor.chats.delete(chat, by: fixture.ada)
                    chats.removeAll { $0 == chat }
                }
            case 2:
                let messages = try await actor.chats.messages(in: chat, by: fixture.ada)
                if let message = messages.randomElement(using: &generator) {
                    try await actor.chats.delete(message.id, andFollowing: .random(using: &generator), by: fixture.ada)
                }
            case 3: _ = try await actor.chats.undo(in: chat, by: fixture.ada)
            case 4:
                let messages = try await actor.chats.messages(in: chat, by: fixture.ada)
                if let message = messages.randomElement(using: &generator) {
                    _ = try await actor.chats.edit(message.id, to: text, by: fixture.ada)
                }
            case 5: _ = try await actor.memories.extractNow(chat, by: fixture.ada)
            default: _ = try await actor.chats.reply(to: text, in: chat, by: fixture.ada)
            }
            let query = words.randomElement(using: &generator) ?? ""
            let kept = try await fixture.companion.memories.search(query, with: fixture.luna, by: fixture.ada)
            let fresh = try await fixture.afresh().memories.search(query, with: fixture.luna, by: fixture.ada)
            #expect(
                Set(kept.items.map(\.text)) == Set(fresh.items.map(\.text)), "step \(step), \(random)")
        }
    }

    @Test("A meaning that fails or is late is left out and named; the words are still found")
    func withoutMeaning() async throws {
        for behaviour in [StubEmbeddingModel.Behaviour.fails, .hangs] {
            let model = StubEmbeddingModel()
            let fixture = try await StoredRecallFixture(embeddingModel: model, vectorStore: StubVectorStore())
            try await fixture.chat("My boat is called Halcyon.")
            model.behave(behaviour)
            async let result = fixture.companion.memories.search("boat", with: fixture.luna, by: fixture.ada)
            if behaviour == .hangs {
                try await fixture.clock.waitUntilSleeping()
                fixture.clock.advance(by: .seconds(10))
            }
            let found = try await result
            #expect(found.items.first?.text == "My boat is called Halcyon.")
            #expect(found.omissions.count == 1 && found.omissions[0].hasPrefix("meaning"))
        }
    }
}

/// An embedding model that stops working.
final class StubEmbeddingModel: EmbeddingModel {
    enum Behaviour { case works, fails, hangs }

    private let behaviour = Mutex(Behaviour.works)
    let space = EmbeddingSpace(model: "stub", dimensions: 2)

    func behave(_ behaviour: Behaviour) { self.behaviour.withLock { $0 = behaviour } }

    func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        switch behaviour.withLock({ $0 }) {
        case .works: return texts.map { _ in [1, 0] }
        case .fails: throw CompanionError(.unavailable, "away")
        case .hangs:
            try await Gate().pass()
            return []
        }
    }
}

struct StubVectorStore: VectorStore {
    let consistency = VectorStoreConsistency.immediate
    func upsert(_ records: [VectorRecord], in namespace: VectorNamespace) async throws {}
    func query(
        _ vector: [Float], in namespace: VectorNamespace, filter: VectorFilter?, limit: Int
    ) async throws -> [VectorMatch] { [] }
    func delete(_ ids: [String], in namespace: VectorNamespace) async throws {}
    func delete(matching filter: VectorFilter, in namespace: VectorNamespace) async throws {}
    func deleteAll(in namespace: VectorNamespace) async throws {}
    func ids(in namespace: VectorNamespace, after id: String?, limit: Int) async throws -> [String] { [] }
    func spaces(of user: User.ID) async throws -> [EmbeddingSpace] { [] }
}
