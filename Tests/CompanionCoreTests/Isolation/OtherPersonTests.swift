import CompanionCore
import CompanionInMemory
import CompanionTesting
import Synchronization
import TestRandomness
import Testing

/// Two people on one companion, each with a word of their own in everything that they have.
@Suite struct OtherPersonTests {
    private let companion: Companion
    private let vectors = InMemoryVectorStore()
    private let clock = ManualClock()
    /// What the model was shown since the last look.
    private let prompts = Prompts()

    private final class Prompts: Sendable {
        private let texts = Mutex<[String]>([])
        func append(_ text: String) { texts.withLock { $0.append(text) } }
        func take() -> [String] {
            texts.withLock { texts in
                defer { texts = [] }
                return texts
            }
        }
    }

    /// What one person has.
    private struct Belongings: Sendable {
        var word: String
        var user: User.ID
        var character: CompanionCharacter
        var chat: Chat.ID
        var message: Message.ID
        var reply: Message.ID
        var memory: Memory.ID
    }

    /// What a call is given: each thing is the caller's own, or the other person's.
    private struct Given: Sendable {
        var user: User.ID
        var character: CompanionCharacter
        var chat: Chat.ID
        var message: Message.ID
        var reply: Message.ID
        var memory: Memory.ID
        var words: String
    }

    private struct Call: Sendable {
        var name: String
        /// Whose things must be the caller's own for it to succeed.
        var uses: Set<Thing>
        var changes: Bool
        var body: @Sendable (Companion, Given) async throws -> Any
    }

    private enum Thing: CaseIterable { case character, chat, message, reply, memory }

    init() {
        let prompts = prompts
        companion = Companion(
            languageModel: ScriptedLanguageModel { request in
                prompts.append(String(reflecting: request))
                return "Mhm."
            },
            relationalStore: InMemoryStore(), embeddingModel: HashedEmbeddingModel(), vectorStore: vectors,
            memoryExtractor: RecordingExtractor.literal, clock: clock, random: SeededRandomSource(seed: 1))
    }

    @Test("Whatever a call is given of somebody else's, it finds nothing of theirs and changes nothing of theirs")
    func nothingCrosses() async throws {
        var random = SeededGenerator.announced()
        let people = try await [belongings("sapphire"), belongings("marigold")]
        for round in 0..<400 {
            let (mine, theirs) = round.isMultiple(of: 2) ? (people[0], people[1]) : (people[1], people[0])
            let call = Self.calls.randomElement(using: &random)!
            let foreign = Set(Thing.allCases.filter { _ in random.chance(1, in: 2) })
            let given = Given(
                user: mine.user, character: (foreign.contains(.character) ? theirs : mine).character,
                chat: (foreign.contains(.chat) ? theirs : mine).chat,
                message: (foreign.contains(.message) ? theirs : mine).message,
                reply: (foreign.contains(.reply) ? theirs : mine).reply,
                memory: (foreign.contains(.memory) ? theirs : mine).memory,
                words: "Where is my lamp, and what do I keep?")
            let isTrespass = !call.uses.isDisjoint(with: foreign)
            // What one may do with one's own would use it up.
            if call.changes, !isTrespass { continue }
            let what = "\(call.name) with the other's \(foreign), round \(round)"
            let before = try await (contents(of: theirs), contents(of: mine))
            _ = prompts.take()
            do {
                let result = try await call.body(companion, given)
                #expect(!isTrespass, "\(what) succeeded")
                #expect(!String(reflecting: result).contains(theirs.word), "\(what) shows what is theirs")
            } catch let error as CompanionError {
                #expect(isTrespass && error.code == .notFound, "\(what): \(error)")
                #expect(!error.debugDescription.contains(theirs.word), "\(what) tells what is theirs")
            }
            for prompt in prompts.take() { #expect(!prompt.contains(theirs.word), "\(what) shows it to the model") }
            let after = try await (contents(of: theirs), contents(of: mine))
            #expect(after.0 == before.0, "\(what) changed what is theirs")
            if isTrespass { #expect(after.1 == before.1, "\(what) was refused, and changed something") }
        }
    }

    @Test("What the other person says is never recalled, however alike the words are")
    func nothingIsRecalled() async throws {
        let (ada, bob) = try await (belongings("sapphire"), belongings("marigold"))
        for (mine, theirs) in [(ada, bob), (bob, ada)] {
            _ = prompts.take()
            _ = try await companion.chats.reply(to: "Which word do I keep with the lamp?", in: mine.chat, by: mine.user)
            let shown = try #require(prompts.take().last)
            #expect(shown.contains(mine.word))
            #expect(!shown.contains(theirs.word))
        }
    }

    private func belongings(_ word: String) async throws -> Belongings {
        let user = try await companion.accounts.register(name: "Ada", persona: "Keeps the \(word).").id
        let character = try await companion.characters.add(
            CharacterCard(name: "Luna", description: "Knows of the \(word)."), by: user)
        let chat = try await companion.chats.start(with: character.id, by: user).id
        for line in 1...12 {
            _ = try await companion.chats.reply(
                to: "Line \(line): I keep the \(word) with the lamp.", in: chat, by: user)
            clock.advance(by: .seconds(60))
        }
        _ = try await companion.memories.extractNow(chat, by: user)
        let memory = try await companion.memories.add("Ada keeps the \(word) for good.", by: user)
        while try await companion.jobs.workDue() > 0 {}
        let messages = try await companion.chats.messages(in: chat, by: user, before: nil, limit: 2)
        return Belongings(
            word: word, user: user, character: character, chat: chat, message: messages[0].id, reply: messages[1].id,
            memory: memory.id)
    }

    /// All that there is of a person, in words that can be compared.
    private func contents(of person: Belongings) async throws -> String {
        let user = person.user
        var parts = [String(reflecting: try await companion.accounts.user(user))]
        parts.append(String(reflecting: try await companion.characters.characters(by: user)))
        let chats = try await companion.chats.chats(by: user)
        parts.append(String(reflecting: chats))
        for chat in chats {
            parts.append(
                String(reflecting: try await companion.chats.messages(in: chat.id, by: user, before: nil, limit: 500)))
        }
        parts.append(String(reflecting: try await companion.memories.export(of: user)))
        parts.append(String(reflecting: try await companion.memories.indexDrift(of: user)))
        parts.append(String(reflecting: try await companion.jobs.jobs().filter { $0.user == user }))
        return parts.joined(separator: "\n")
    }

    private static let calls: [Call] = [
        Call(name: "character", uses: [.character], changes: false) {
            try await $0.characters.character($1.character.id, by: $1.user)
        },
        Call(name: "characters", uses: [], changes: false) {
            try await $0.characters.characters(by: $1.user, after: $1.character.id)
        },
        Call(name: "update a character", uses: [.character], changes: true) {
            var character = $1.character
            character.card.name = "Nobody"
            return try await $0.characters.update(character, by: $1.user)
        },
        Call(name: "delete a character", uses: [.character], changes: true) {
            try await $0.characters.delete($1.character.id, by: $1.user)
        },
        Call(name: "versions", uses: [.character], changes: false) {
            try await $0.characters.versions(of: $1.character.id, by: $1.user)
        },
        Call(name: "a version", uses: [.character], changes: false) {
            try await $0.characters.character($1.character.id, revision: 1, by: $1.user)
        },
        Call(name: "publish", uses: [.character], changes: true) {
            try await $0.catalog.publish($1.character.id, by: $1.user)
        },
        Call(name: "move to the newest version", uses: [.chat], changes: true) {
            try await $0.chats.moveToNewestVersion($1.chat, by: $1.user)
        },
        Call(name: "start a chat", uses: [.character], changes: true) {
            try await $0.chats.start(with: $1.character.id, by: $1.user)
        },
        Call(name: "chat", uses: [.chat], changes: false) { try await $0.chats.chat($1.chat, by: $1.user) },
        Call(name: "chats", uses: [], changes: false) { try await $0.chats.chats(by: $1.user) },
        Call(name: "rename", uses: [.chat], changes: true) {
            try await $0.chats.rename($1.chat, to: "Nobody's", by: $1.user)
        },
        Call(name: "delete a chat", uses: [.chat], changes: true) {
            try await $0.chats.delete($1.chat, by: $1.user)
        },
        Call(name: "messages", uses: [.chat], changes: false) {
            try await $0.chats.messages(in: $1.chat, by: $1.user, before: nil, limit: 500)
        },
        Call(name: "message", uses: [.message], changes: false) {
            try await $0.chats.message($1.message, by: $1.user)
        },
        Call(name: "reply", uses: [.chat], changes: true) {
            try await $0.chats.reply(to: $1.words, in: $1.chat, by: $1.user)
        },
        Call(name: "regenerate", uses: [.chat], changes: true) {
            try await $0.chats.withRegeneratedReply(in: $1.chat, by: $1.user) { reply in
                for try await _ in reply {}
                return 0
            }
        },
        Call(name: "continue", uses: [.chat], changes: true) {
            try await $0.chats.withContinuedReply(in: $1.chat, by: $1.user) { reply in
                for try await _ in reply {}
                return 0
            }
        },
        Call(name: "prompt", uses: [.chat], changes: false) {
            try await $0.chats.prompt(in: $1.chat, by: $1.user, ifSaying: $1.words)
        },
        Call(name: "edit", uses: [.message], changes: true) {
            try await $0.chats.edit($1.message, to: "Nobody said it.", by: $1.user)
        },
        Call(name: "select", uses: [.reply], changes: true) {
            try await $0.chats.select(alternativeAt: 0, of: $1.reply, by: $1.user)
        },
        Call(name: "delete messages", uses: [.message], changes: true) {
            try await $0.chats.delete($1.message, by: $1.user)
        },
        Call(name: "undo", uses: [.chat], changes: true) { try await $0.chats.undo(in: $1.chat, by: $1.user) as Any },
        Call(name: "fork", uses: [.chat, .message], changes: true) {
            try await $0.chats.fork($1.chat, at: $1.message, by: $1.user)
        },
        Call(name: "export a chat", uses: [.chat], changes: false) {
            var lines: [String] = []
            try await $0.chats.exportSillyTavern($1.chat, by: $1.user) {
                lines.append(String(decoding: $0, as: UTF8.self))
            }
            return lines
        },
        Call(name: "import messages", uses: [.chat], changes: true) {
            return try await $0.chats.importMessages(
                [ImportedMessage(.user, "Nobody said it.")], into: $1.chat, by: $1.user)
        },
        Call(name: "memories", uses: [], changes: false) {
            try await $0.memories.memories(of: $1.user, after: $1.memory, limit: 500)
        },
        Call(name: "memory", uses: [.memory], changes: false) {
            try await $0.memories.memory($1.memory, by: $1.user)
        },
        Call(name: "history", uses: [.memory], changes: false) {
            try await $0.memories.history(of: $1.memory, by: $1.user)
        },
        Call(name: "sources", uses: [.memory], changes: false) {
            try await $0.memories.sources(of: $1.memory, by: $1.user)
        },
        Call(name: "correct a memory", uses: [.memory], changes: true) {
            try await $0.memories.edit($1.memory, to: "Nobody's.", by: $1.user)
        },
        Call(name: "pin", uses: [.memory], changes: true) { try await $0.memories.pin($1.memory, by: $1.user) },
        Call(name: "forget", uses: [.memory], changes: true) { try await $0.memories.forget($1.memory, by: $1.user) },
        Call(name: "extract", uses: [.chat], changes: true) {
            try await $0.memories.extractNow($1.chat, by: $1.user)
        },
        Call(name: "search", uses: [.character], changes: false) {
            try await $0.memories.search($1.words, with: $1.character.id, by: $1.user)
        },
        Call(name: "export memories", uses: [], changes: false) { try await $0.memories.export(of: $1.user) },
        Call(name: "reindex", uses: [], changes: false) { try await $0.memories.reindex($1.user) },
    ]
}
