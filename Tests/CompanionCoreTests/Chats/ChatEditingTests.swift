import CompanionCore
import CompanionInMemory
import CompanionTesting
import Testing

struct ChatEditingTests {
    func code(_ error: any Error) -> CompanionError.Code? { (error as? CompanionError)?.code }

    func regenerate(_ fixture: TurnFixture) async throws -> Message {
        try await fixture.companion.chats.withRegeneratedReply(in: fixture.chat, by: fixture.user) { reply in
            for try await case .finished(let message) in reply { return message }
            throw TestFailure("no end")
        }
    }

    func goOn(_ fixture: TurnFixture) async throws -> Message {
        try await fixture.companion.chats.withContinuedReply(in: fixture.chat, by: fixture.user) { reply in
            for try await case .finished(let message) in reply { return message }
            throw TestFailure("no end")
        }
    }

    @Test("A chat begins with the card's greeting, and its other greetings are alternatives")
    func greetings() async throws {
        var card = CharacterCard(name: "Luna", firstMessage: "Good evening.")
        card.alternateGreetings = ["Ahoy.", " ", "You again?"]
        let fixture = try await TurnFixture("fine", card: card)
        let greeting = try #require(try await fixture.messages.first)
        #expect(greeting.author == .character && greeting.text == "Good evening.")
        #expect(greeting.alternatives.map(\.text) == ["Good evening.", "Ahoy.", "You again?"])
        _ = try await fixture.companion.chats.select(alternativeAt: 1, of: greeting.id, by: fixture.user)
        try await fixture.say("Hello")
        #expect(fixture.model.requests[0].messages.filter { $0.part == .history }.map(\.text) == ["Ahoy.", "Hello"])
    }

    @Test("Regenerating adds an alternative and selects it; the prompt does not hold the reply that is replaced")
    func regeneration() async throws {
        let fixture = try await TurnFixture("one", "two", "three")
        let first = try await fixture.say("Hello")
        let second = try await regenerate(fixture)
        #expect(second.id == first.id && second.text == "two")
        #expect(second.alternatives.map(\.text) == ["one", "two"])
        #expect(fixture.model.requests[1].messages.filter { $0.part == .history }.map(\.text) == ["Hello"])
        _ = try await fixture.companion.chats.select(alternativeAt: 0, of: first.id, by: fixture.user)
        try await fixture.say("And?")
        #expect(
            fixture.model.requests[2].messages.filter { $0.part == .history }.map(\.text) == ["Hello", "one", "And?"])
    }

    @Test("Regenerating that fails keeps the alternatives there were")
    func failedRegeneration() async throws {
        let fixture = try await TurnFixture("one", .failure(TurnTests.down))
        try await fixture.say("Hello")
        await #expect(throws: CompanionError.self) { try await regenerate(fixture) }
        let message = try #require(try await fixture.messages.last)
        #expect(message.alternatives.map(\.text) == ["one", ""])
        #expect(message.alternatives.map(\.status) == [.complete, .failed])
    }

    @Test("Where the newest message is the person's, regenerating answers it")
    func answering() async throws {
        let fixture = try await TurnFixture("one", "two")
        let reply = try await fixture.say("Hello")
        try await fixture.companion.chats.delete(reply.id, by: fixture.user)
        let answer = try await regenerate(fixture)
        #expect(answer.id != reply.id && answer.text == "two")
        #expect(try await fixture.texts == ["Hello", "two"])
    }

    @Test("There is nothing to regenerate in an empty chat, nor at a greeting")
    func nothingToRegenerate() async throws {
        for greeting in ["", "Good evening."] {
            let fixture = try await TurnFixture("never", card: CharacterCard(name: "Luna", firstMessage: greeting))
            do {
                _ = try await regenerate(fixture)
                Issue.record("It must throw.")
            } catch { #expect(code(error) == .invalidInput) }
            #expect(fixture.model.calls.isEmpty)
        }
    }

    @Test("Continuing adds to the text of the last reply, and to its cost")
    func continuation() async throws {
        let fixture = try await TurnFixture(
            .text("Once upon", usage: .init(promptTokens: 10, completionTokens: 2)),
            .text(" a time", usage: .init(promptTokens: 20, completionTokens: 3)))
        try await fixture.say("Tell")
        let message = try await goOn(fixture)
        #expect(message.text == "Once upon a time" && message.alternatives.count == 1)
        #expect(message.alternative.usage == TokenUsage(promptTokens: 30, completionTokens: 5))
        let asked = fixture.model.requests[1].messages
        #expect(asked.filter { $0.part == .history }.map(\.text) == ["Tell", "Once upon"])
        #expect(asked.last?.part == .instructions)
    }

    @Test("Continuing that fails keeps the text there was")
    func failedContinuation() async throws {
        let fixture = try await TurnFixture("Once upon", .failure(TurnTests.down, after: [" a"]))
        try await fixture.say("Tell")
        await #expect(throws: CompanionError.self) { try await goOn(fixture) }
        #expect(try await fixture.texts.last == "Once upon a")
    }

    @Test("Continuing a reply that ended before its first word writes it from its beginning, in its place")
    func continuationOfNothing() async throws {
        let fixture = try await TurnFixture(.failure(TurnTests.down), "Once upon")
        await #expect(throws: CompanionError.self) { try await fixture.say("Tell") }
        let message = try await goOn(fixture)
        #expect(message.text == "Once upon" && message.alternatives.count == 1)
        #expect(message.alternative.status == .complete)
        #expect(try await fixture.texts == ["Tell", "Once upon"])
        let asked = fixture.model.requests[1].messages
        #expect(asked.filter { $0.part == .history }.map(\.text) == ["Tell"])
        #expect(!asked.contains { $0.part == .instructions })
    }

    @Test("An edit replaces the selected text, the next prompt has it, and undo brings the old one back")
    func edit() async throws {
        let fixture = try await TurnFixture("one", "two")
        try await fixture.say("Hello")
        let said = try #require(try await fixture.messages.first)
        let edited = try await fixture.companion.chats.edit(said.id, to: "Goodbye", by: fixture.user)
        #expect(edited.text == "Goodbye")
        try await fixture.say("And?")
        #expect(fixture.model.requests[1].messages.contains { $0.text == "Goodbye" })
        let change = try await fixture.companion.chats.undo(in: fixture.chat, by: fixture.user)
        #expect(change != nil)
        #expect(try await fixture.texts == ["Hello", "one", "And?", "two"])
        #expect(try await fixture.companion.chats.undo(in: fixture.chat, by: fixture.user) == nil)
    }

    @Test("Deleted messages are gone from the chat and the prompt; undo brings them back to their places")
    func deletion() async throws {
        let fixture = try await TurnFixture("1", "2", "3")
        for text in ["a", "b"] { try await fixture.say(text) }
        let messages = try await fixture.messages
        let count = try await fixture.companion.chats.delete(messages[2].id, andFollowing: true, by: fixture.user)
        #expect(count == 2)
        try await fixture.say("c")
        #expect(fixture.model.requests[2].messages.filter { $0.part == .history }.map(\.text) == ["a", "1", "c"])
        #expect(try await fixture.texts == ["a", "1", "c", "3"])
        _ = try await fixture.companion.chats.undo(in: fixture.chat, by: fixture.user)
        #expect(try await fixture.texts == ["a", "1", "b", "2", "c", "3"])
    }

    @Test("Changes are taken back in the opposite order")
    func undoOrder() async throws {
        let fixture = try await TurnFixture("1")
        try await fixture.say("a")
        let said = try #require(try await fixture.messages.first)
        _ = try await fixture.companion.chats.edit(said.id, to: "b", by: fixture.user)
        _ = try await fixture.companion.chats.edit(said.id, to: "c", by: fixture.user)
        try await fixture.companion.chats.delete(said.id, by: fixture.user)
        var seen: [[String]] = []
        while try await fixture.companion.chats.undo(in: fixture.chat, by: fixture.user) != nil {
            seen.append(try await fixture.texts)
        }
        #expect(seen == [["c", "1"], ["b", "1"], ["a", "1"]])
    }

    @Test("A fork has the messages up to its place with their alternatives, and the two go separate ways")
    func fork() async throws {
        let fixture = try await TurnFixture("one", "two", "three", "four")
        try await fixture.say("a")
        _ = try await regenerate(fixture)
        try await fixture.say("b")
        let messages = try await fixture.messages
        let chats = fixture.companion.chats
        let fork = try await chats.fork(fixture.chat, at: messages[1].id, by: fixture.user)
        #expect(fork.origin == Chat.Origin(chat: fixture.chat, sequence: 2))
        let copies = try await chats.messages(in: fork.id, by: fixture.user)
        #expect(copies.map(\.text) == ["a", "two"])
        #expect(copies[1].alternatives.map(\.text) == ["one", "two"])
        _ = try await chats.reply(to: "else", in: fork.id, by: fixture.user)
        #expect(try await fixture.texts == ["a", "two", "b", "three"])
        let foreign = try await chats.start(with: fork.character, by: fixture.user)
        await #expect(throws: CompanionError.self) {
            _ = try await chats.fork(foreign.id, at: messages[1].id, by: fixture.user)
        }
    }

    @Test("A long chat is forked whole")
    func longFork() async throws {
        let fixture = try await TurnFixture()
        let (chat, user, identifiers) = (fixture.chat, fixture.user, IdentifierGenerator())
        try await fixture.store.transaction { transaction in
            let messages = (1...1_203).map { sequence in
                Message(
                    id: identifiers.next(), chat: chat, sequence: sequence, author: .user,
                    alternatives: [
                        Alternative(
                            id: identifiers.next(), text: "\(sequence)", createdAt: .init(millisecondsSince1970: 0))
                    ],
                    createdAt: .init(millisecondsSince1970: 0))
            }
            try transaction.messages.append(messages, to: chat, of: user, at: .init(millisecondsSince1970: 0))
        }
        let last = try #require(try await fixture.companion.chats.messages(in: chat, by: user, limit: 1).last)
        let fork = try await fixture.companion.chats.fork(chat, at: last.id, by: user)
        #expect(fork.lastSequence == 1_203)
    }

    @Test("Whatever is changed between turns, a remembered history gives the prompt that a fresh one does")
    func rememberedHistory() async throws {
        let seed = UInt64.random(in: .min ... .max)
        print("seed \(seed)")
        var random = SplitMix(seed: seed)
        let configuration = Companion.Configuration(
            prompt: .init(maximumPromptTokens: 600, replyReserve: 50, trimmingStep: 4),
            memory: .init(isEnabled: false))
        let model = ScriptedLanguageModel { request in
            ScriptedReply.text(["reply \(request.messages.count) ", "words"])
        }
        let fixture = try await TurnFixture(model: model, configuration: configuration)
        let chats = fixture.companion.chats
        let fresh = ScriptedLanguageModel { _ in "unused" }
        for turn in 0..<120 {
            let messages = try await fixture.messages
            let picked = messages.randomElement(using: &random)
            switch (Int.random(in: 0..<8, using: &random), picked) {
            case (0, let message?): _ = try await chats.edit(message.id, to: "edited \(turn)", by: fixture.user)
            case (1, let message?):
                try await chats.delete(message.id, andFollowing: Bool.random(using: &random), by: fixture.user)
            case (2, _): _ = try await chats.undo(in: fixture.chat, by: fixture.user)
            case (3, let message?):
                let index = Int.random(in: message.alternatives.indices, using: &random)
                _ = try await chats.select(alternativeAt: index, of: message.id, by: fixture.user)
            case (4, _) where messages.count > 1 && messages.last?.author == .character:
                _ = try await regenerate(fixture)
            default: break
            }
            let text = "message \(turn) " + String(repeating: "x ", count: Int.random(in: 0...60, using: &random))
            let expected = try await fixture.neighbour(fresh, configuration: configuration).chats.prompt(
                in: fixture.chat, by: fixture.user, ifSaying: text)
            try await fixture.say(text)
            #expect(model.requests.last?.messages == expected.messages, "turn \(turn)")
        }
    }
}
