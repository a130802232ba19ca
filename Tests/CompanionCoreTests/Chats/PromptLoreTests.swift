import CompanionInMemory
import TestRandomness
import Testing

@testable import CompanionCore

/// Where lore and notes stand in a prompt.
struct PromptLoreTests {
    private let counter = PromptComposerTests.CharacterCounter()
    private let identifiers = IdentifierGenerator()
    private let composer = PromptComposer(
        configuration: .init(instructions: "I", maximumPromptTokens: 2_000, replyReserve: 10, headroom: 0))

    private func preamble(
        _ entries: [LorebookEntry], of composer: PromptComposer? = nil, extensions: JSONObject = [:], budget: Int? = nil
    ) -> PromptComposer.Preamble {
        var card = CharacterCard(name: "Luna", description: "D", exampleDialogue: "E", extensions: extensions)
        if !entries.isEmpty { card.book = Lorebook(entries: entries) }
        let user = User(id: identifiers.next(), name: "Ada", persona: "P", createdAt: .init(millisecondsSince1970: 0))
        let character = CompanionCharacter(
            id: identifiers.next(), owner: user.id, card: card, createdAt: user.createdAt)
        return (composer ?? self.composer).preamble(for: character, and: user, counter: counter, budget: budget)
    }

    private func history(_ texts: [String]) -> HistoryWindow {
        var window = HistoryWindow()
        for (index, text) in texts.enumerated() {
            window.append(
                HistoryEntry(
                    sequence: index + 1, author: index % 2 == 0 ? .user : .character, text: text, tokens: text.count))
        }
        window.reachesStart = true
        return window
    }

    private func compose(
        _ preamble: PromptComposer.Preamble, _ texts: [String], loreState: LorebookState = .init(), window: Int = 9_000
    ) throws -> Prompt {
        try composer.compose(
            .init(
                preamble: preamble, history: history(texts), loreState: loreState, random: SeededRandomSource(seed: 1)),
            for: .init(contextWindow: window), counter: counter)
    }

    @Test("Constant lore stands around the character, and is the same from turn to turn")
    func constant() throws {
        let preamble = preamble([
            LorebookEntry(keys: [], content: "after", constant: true),
            LorebookEntry(keys: [], content: "before {{char}}", constant: true, position: .beforeCharacter),
            LorebookEntry(keys: ["x"], content: "called"),
        ])
        let first = try compose(preamble, ["x"])
        let second = try compose(preamble, ["x", "y", "z"], loreState: first.loreState)
        #expect(
            first.messages.map(\.text) == [
                "I", "before Luna", "# Luna\nD", "after", "# About Ada\nP",
                "# How Luna talks (examples, not part of this conversation)\nE", "x", "called",
            ])
        #expect(first.messages[1].part == .lore && first.messages[7].part == .lore)
        #expect(second.messages.prefix(7) == first.messages.prefix(7))
        #expect(!second.messages.contains { $0.text == "called" })
    }

    @Test("Without lore the prompt is what it was")
    func withoutLore() throws {
        let prompt = try compose(preamble([]), ["x"])
        #expect(prompt.messages.map(\.part) == [.character, .persona, .exampleDialogue, .history])
        #expect(prompt.messages[0].text == "I\n\n# Luna\nD")
    }

    @Test("An entry stands at its depth, in its role; deeper than the history is before it")
    func depth() throws {
        let preamble = preamble([
            LorebookEntry(keys: ["x"], content: "@@depth 1\n@@role user\none"),
            LorebookEntry(keys: ["x"], content: "@@depth 0\nzero"),
            LorebookEntry(keys: ["x"], content: "@@depth 99\ndeep"),
        ])
        let prompt = try compose(preamble, ["a", "b", "x"])
        #expect(prompt.messages.dropFirst(3).map(\.text) == ["deep", "a", "b", "one", "x", "zero"])
        #expect(prompt.messages.first { $0.text == "one" }?.role == .user)
    }

    @Test("A note stands at its depth each time: the host's and the card's own")
    func notes() throws {
        let composer = PromptComposer(
            configuration: .init(instructions: "I", authorsNote: AuthorsNote("host {{user}}", depth: 1)))
        let extensions: JSONObject = ["depth_prompt": ["prompt": "card {{char}}", "depth": 2, "role": "assistant"]]
        let prompt = try compose(preamble([], of: composer, extensions: extensions), ["a", "b", "c"])
        #expect(prompt.messages.dropFirst(3).map(\.text) == ["a", "card Luna", "b", "host Ada", "c"])
        #expect(prompt.messages.first { $0.text == "card Luna" }?.role == .assistant)
        #expect(prompt.report.segments.filter { $0.title == "Author's note" }.count == 2)
    }

    @Test("The report says of each entry why it is in or out")
    func report() throws {
        let preamble = preamble([
            LorebookEntry(keys: ["x"], content: "called", comment: "Called"),
            LorebookEntry(keys: ["x"], content: "@@activate_only_after 9\nearly", comment: "Early"),
            LorebookEntry(keys: ["no"], content: "not"),
        ])
        let segments = try compose(preamble, ["x"]).report.segments.filter { $0.part == .lore }
        #expect(segments.map(\.title) == ["Lore: Called", "Lore: Early", "Lore: 1 more entries"])
        #expect(segments.map(\.isIncluded) == [true, false, false])
        #expect(segments[0].note == "found 'x'" && segments[1].note.contains("not said enough"))
    }

    @Test("The state of lore goes from turn to turn in a chat")
    func state() async throws {
        var card = CharacterCard(name: "Luna")
        card.book = Lorebook(entries: [LorebookEntry(keys: ["moon"], content: "STICKY", extensions: ["sticky": 3])])
        let fixture = try await TurnFixture("1", "2", "3", "4", card: card)
        for text in ["moon", "b", "c", "d"] { try await fixture.say(text) }
        #expect(
            fixture.model.requests.map { $0.messages.contains { $0.text == "STICKY" } } == [true, true, false, false])
    }

    @Test("Once cut, a history begins at the same message for several turns")
    func keptStart() throws {
        let preamble = preamble([])
        var starts: [String] = []
        for count in 100..<200 {
            let prompt = try compose(preamble, (0..<count).map { "message \($0) of some length" })
            starts.append(prompt.messages.first { $0.part == .history }?.text ?? "")
            #expect(prompt.report.promptTokens <= prompt.report.budget)
        }
        #expect(Set(starts).count <= 9, "\(Set(starts).count)")
    }

    @Test("Of what could be cached, 95 % stays from turn to turn, while lore and memories come and go")
    func prefix() throws {
        var random = SeededGenerator.announced()
        let composer = PromptComposer(configuration: .init(maximumPromptTokens: 16_384, replyReserve: 10, headroom: 0))
        let entries = (0..<200).map { index in
            LorebookEntry(
                keys: ["word\(index)"],
                content: (index % 4 == 0 ? "@@depth 4\n" : "") + String(repeating: "lore ", count: 40),
                constant: index % 20 == 1)
        }
        let preamble = preamble(entries, of: composer)
        var (kept, cacheable) = (0, 0)
        var window = HistoryWindow()
        var last: [PromptMessage] = []
        // Four chats: one alone has a few hundredths more or less, by chance.
        for turn in 0..<2_000 {
            if turn.isMultiple(of: 500) {
                (window, last) = (HistoryWindow(), [])
                window.reachesStart = true
            }
            for author in [Message.Author.character, .user] {
                var text = String(repeating: "talk ", count: Int.random(in: 4...26, using: &random))
                if random.chance(1, in: 3) { text += "word\(Int.random(in: 0..<200, using: &random))" }
                window.append(
                    HistoryEntry(
                        sequence: window.entries.count + 1, author: author, text: text, tokens: counter.count(text)))
            }
            let memory = String(repeating: "memory ", count: Int.random(in: 0...100, using: &random))
            let prompt = try composer.compose(
                .init(
                    preamble: preamble, history: window,
                    recollection: memory.isEmpty ? nil : Recollection(text: memory, count: 1),
                    random: SeededRandomSource(seed: UInt64(turn))),
                for: .init(contextWindow: 32_768), counter: counter)
            // All that is no lore among the history, which is new each time by its nature.
            func tokens(_ messages: some Sequence<PromptMessage>) -> Int {
                var isHistory = false
                return messages.reduce(0) { sum, message in
                    if message.part == .history { isHistory = true }
                    let counts = !isHistory || message.part == .history
                    return counts ? sum + counter.count(message.text) + PromptComposer.messageOverhead : sum
                }
            }
            let stable = last.prefix((last.lastIndex { $0.part == .history } ?? -1) + 1)
            cacheable += tokens(stable)
            kept += tokens(zip(stable, prompt.messages).prefix { $0 == $1 }.map(\.0))
            last = prompt.messages
        }
        #expect(Double(kept) >= 0.95 * Double(cacheable), "seed \(random.seed): \(Double(kept) / Double(cacheable))")
    }

    @Test("With any lore the prompt fits, and the newest message is there, or it throws")
    func fits() throws {
        var random = SeededGenerator.announced()
        for round in 0..<600 {
            func text(_ most: Int) -> String {
                String(repeating: "x ", count: Int.random(in: 0...most, using: &random))
            }
            let entries = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                LorebookEntry(
                    keys: ["x"],
                    content: (["@@depth 2\n", "@@activate\n", ""].randomElement(using: &random) ?? "") + text(60),
                    insertionOrder: Int.random(in: 0...9, using: &random), constant: random.chance(1, in: 3),
                    position: random.chance(1, in: 2) ? .beforeCharacter : nil)
            }
            var configuration = PromptComposer.Configuration()
            configuration.maximumPromptTokens = Int.random(in: 10...2_000, using: &random)
            configuration.replyReserve = Int.random(in: 1...300, using: &random)
            configuration.lore.budgetShare = Double.random(in: 0...1, using: &random)
            configuration.lore.constantsIgnoreBudgets = random.chance(1, in: 4)
            if random.chance(1, in: 3) { configuration.authorsNote = AuthorsNote(text(30), depth: 3) }
            let composer = PromptComposer(configuration: configuration)
            let capabilities = LanguageModelCapabilities(contextWindow: Int.random(in: 50...3_000, using: &random))
            let texts = (0..<Int.random(in: 1...40, using: &random)).map { "\($0)" + text(60) }
            let material = PromptComposer.Material(
                preamble: preamble(entries, of: composer, budget: composer.budget(for: capabilities).prompt),
                history: history(texts),
                recollection: random.chance(1, in: 2) ? Recollection(text: text(40), count: 1) : nil)
            do {
                let prompt = try composer.compose(material, for: capabilities, counter: counter)
                let tokens = prompt.messages.reduce(0) { $0 + counter.count($1.text) + PromptComposer.messageOverhead }
                #expect(tokens == prompt.report.promptTokens, "seed \(random.seed), round \(round)")
                #expect(tokens <= prompt.report.budget, "seed \(random.seed), round \(round)")
                #expect(
                    tokens + prompt.maximumOutputTokens <= capabilities.contextWindow,
                    "seed \(random.seed), round \(round)")
                #expect(
                    prompt.messages.contains { $0.part == .history && $0.text == texts.last },
                    "seed \(random.seed), round \(round)")
            } catch {
                #expect(error.code == .promptTooLarge)
            }
        }
    }
}
