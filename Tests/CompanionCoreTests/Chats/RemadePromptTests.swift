import CompanionCore
import CompanionInMemory
import CompanionTesting
import Testing

/// The prompts of earlier turns, made again.
struct RemadePromptTests {
    private var card: CharacterCard {
        var card = CharacterCard(
            name: "Luna", description: "A keeper.", firstMessage: "Ahoy.", exampleDialogue: "<START>\nLuna: Hm.",
            postHistoryInstructions: "Be brief.")
        var sticky = LorebookEntry(keys: ["boat"], content: "A boat is at the pier.")
        sticky.extensions = ["sticky": 4]
        var once = LorebookEntry(keys: ["lamp"], content: "@@dont_activate_after_match\nThe lamp is new.")
        once.name = "Lamp"
        card.book = Lorebook(entries: [
            sticky, once, LorebookEntry(keys: ["gull"], content: "@@depth 1\nGulls are thieves."),
            LorebookEntry(keys: [], content: "The sea is near.", constant: true),
        ])
        return card
    }

    private let lines = ["A boat!", "The lamp is bright.", "so", "a gull, and the lamp", "well", "the boat again"]

    private func fixture(_ configuration: Companion.Configuration = .init()) async throws -> TurnFixture {
        let fixture = try await TurnFixture(
            model: ScriptedLanguageModel { request in .text("Reply \(request.messages.count).") }, card: card,
            configuration: configuration)
        return fixture
    }

    @Test(
        "Each turn's prompt is made again as the model was shown it, lore that stays and is used up included",
        arguments: [16_384, 420])
    func exact(tokens: Int) async throws {
        let fixture = try await fixture(
            .init(prompt: .init(maximumPromptTokens: tokens, trimmingStep: 2), memory: .init(isEnabled: false)))
        var replies: [Int] = []
        for number in 0..<24 {
            fixture.clock.advance(by: .seconds(60))
            // What stays is not called again while it does: that is what can't be known.
            let line = number < 5 ? lines[number] : "and so on, for the \(number)th time"
            replies.append(try await fixture.say(line).sequence)
        }
        let before = try await fixture.companion.chats.chat(fixture.chat, by: fixture.user)
        for (reply, request) in zip(replies, fixture.model.requests) {
            for sequence in [reply, reply - 1] {
                let remade = try await fixture.companion.chats.prompt(
                    ofTurnAt: sequence, in: fixture.chat, by: fixture.user)
                #expect(remade.prompt.messages == request.messages, "message \(sequence)")
                #expect(remade.reply.sequence == reply && remade.doubts.isEmpty)
                #expect(remade.prompt.pieces.map(\.message) == request.messages)
            }
        }
        #expect(try await fixture.companion.chats.chat(fixture.chat, by: fixture.user) == before)
        #expect(fixture.model.requests.count == replies.count)
    }

    @Test("With memory on, what was recalled is missing, and so may be the oldest messages, or be there")
    func withoutRecall() async throws {
        let fixture = try await fixture(
            .init(
                prompt: .init(maximumPromptTokens: 500, trimmingStep: 2), recall: .init(tokenBudget: 50)))
        var replies: [Int] = []
        for number in 0..<40 {
            fixture.clock.advance(by: .seconds(60))
            let line = number < 5 ? lines[number] : "and so on, for the \(number)th time"
            replies.append(try await fixture.say("\(line) I sail on day \(number).").sequence)
        }
        var recalled = 0
        for (reply, request) in zip(replies, fixture.model.requests) {
            let remade = try await fixture.companion.chats.prompt(ofTurnAt: reply, in: fixture.chat, by: fixture.user)
            #expect(remade.doubts.contains(.recall))
            let sent = request.messages.filter { $0.part == .history }
            let again = remade.prompt.messages.filter { $0.part == .history }
            let common = min(sent.count, again.count)
            #expect(common > 0 && sent.suffix(common) == again.suffix(common), "message \(reply)")
            #expect(!remade.prompt.messages.contains { $0.part == .memory })
            recalled += request.messages.count { $0.part == .memory }
        }
        #expect(recalled > 0)
    }

    @Test("What was changed since is told")
    func doubts() async throws {
        let fixture = try await fixture(.init(memory: .init(isEnabled: false)))
        let (chats, user) = (fixture.companion.chats, fixture.user)
        let first = try await fixture.say("One.")
        fixture.clock.advance(by: .seconds(60))
        let second = try await fixture.say("Two.")
        func doubts(_ sequence: Int) async throws -> [RemadePrompt.Doubt] {
            try await chats.prompt(ofTurnAt: sequence, in: fixture.chat, by: user).doubts
        }
        fixture.clock.advance(by: .seconds(60))
        _ = try await chats.edit(first.id, to: "Another text.", by: user)
        #expect(try await doubts(first.sequence) == [])
        #expect(try await doubts(second.sequence) == [.messages])
        _ = try await fixture.companion.accounts.update(user, persona: "I sail.")
        #expect(try await doubts(first.sequence) == [.person])
        let book = try await fixture.companion.lorebooks.add(
            Lorebook(
                name: "B",
                entries: [
                    LorebookEntry(keys: ["x"], content: "X", extensions: ["probability": 50, "useProbability": true])
                ]), by: user)
        try await fixture.companion.lorebooks.attach(book.id, to: fixture.chat, by: user)
        #expect(try await doubts(first.sequence) == [.person, .lorebooks, .chance])
        let chat = try await chats.chat(fixture.chat, by: user)
        var character = try await fixture.companion.characters.character(chat.character, by: user)
        character.card.description = "Another."
        _ = try await fixture.companion.characters.update(character, by: user)
        _ = try await chats.moveToNewestVersion(fixture.chat, by: user)
        #expect(try await doubts(first.sequence).contains(.character))
        let other = fixture.neighbour(ScriptedLanguageModel(name: "other", replies: []))
        let remade = try await other.chats.prompt(ofTurnAt: first.sequence, in: fixture.chat, by: user)
        #expect(remade.doubts.last == .model)
        for doubt in remade.doubts { #expect(!doubt.description.isEmpty && !doubt.name.isEmpty) }
    }

    @Test("A greeting, a message without a reply, one that is not there and another's are refused")
    func refusals() async throws {
        let fixture = try await TurnFixture(
            .text("A"), .failure(CompanionError(.unavailable, "down")), card: card)
        try await fixture.say("One.")
        let eve = try await fixture.companion.accounts.register(name: "Eve").id
        func code(_ sequence: Int, by user: User.ID? = nil) async -> CompanionError.Code? {
            let error = await #expect(throws: CompanionError.self) {
                _ = try await fixture.companion.chats.prompt(
                    ofTurnAt: sequence, in: fixture.chat, by: user ?? fixture.user)
            }
            return error?.code
        }
        #expect(await code(1) == .invalidInput)
        for sequence in [0, -1, 4, Int.max] { #expect(await code(sequence) == .notFound, "\(sequence)") }
        #expect(await code(3, by: eve) == .notFound)
    }

    @Test("A chat that was imported has the prompts that its turns would have had, and says so")
    func imported() async throws {
        let fixture = try await fixture(.init(memory: .init(isEnabled: false)))
        try await fixture.companion.chats.importMessages(
            [.init(.user, "Hi."), .init(.character, "Ho.")], into: fixture.chat, by: fixture.user)
        let remade = try await fixture.companion.chats.prompt(ofTurnAt: 3, in: fixture.chat, by: fixture.user)
        #expect(remade.doubts.contains(.unasked))
        #expect(remade.prompt.messages.filter { $0.part == .history }.map(\.text) == ["Ahoy.", "Hi."])
    }
}
