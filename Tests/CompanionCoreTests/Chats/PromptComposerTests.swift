import Testing

@testable import CompanionCore

struct PromptComposerTests {
    /// One token a character: budgets can be read off.
    struct CharacterCounter: TokenCounter {
        let identifier = "characters"
        func count(_ text: String) -> Int { text.count }
    }

    let counter = CharacterCounter()
    let identifiers = IdentifierGenerator()

    func preamble(
        of composer: PromptComposer, instructions: String = "I", description: String = "", examples: String = "",
        persona: String = "", closing: String = ""
    ) -> PromptComposer.Preamble {
        var card = CharacterCard(name: "Luna")
        card.systemPrompt = instructions
        card.description = description
        card.exampleDialogue = examples
        card.postHistoryInstructions = closing
        let user = User(
            id: identifiers.next(), name: "Ada", persona: persona, createdAt: .init(millisecondsSince1970: 0))
        let character = CompanionCharacter(
            id: identifiers.next(), owner: user.id, card: card, createdAt: user.createdAt)
        return composer.preamble(for: character, and: user, counter: counter)
    }

    func history(_ texts: [String], from sequence: Int = 1) -> HistoryWindow {
        var window = HistoryWindow()
        for (index, text) in texts.enumerated() {
            window.append(
                HistoryEntry(
                    sequence: sequence + index, author: index % 2 == 0 ? .user : .character, text: text,
                    tokens: counter.count(text)))
        }
        window.reachesStart = true
        return window
    }

    @Test(
        "For any input the prompt and the reply's reserve fit the window, and the newest message is there, or it throws"
    )
    func budgetHolds() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("seed \(seed)")
        var random = SplitMix(seed: seed)
        for _ in 0..<2_000 {
            var configuration = PromptComposer.Configuration()
            configuration.headroom = Double.random(in: 0...0.5, using: &random)
            configuration.replyReserve = Int.random(in: 1...400, using: &random)
            configuration.maximumPromptTokens = Int.random(in: 10...3_000, using: &random)
            let composer = PromptComposer(configuration: configuration)
            func text(_ most: Int) -> String {
                String(repeating: "x", count: Int.random(in: 0...most, using: &random))
            }
            let material = PromptComposer.Material(
                preamble: preamble(
                    of: composer, description: text(300), examples: text(300), persona: text(100), closing: text(50)),
                history: history((0..<Int.random(in: 1...60, using: &random)).map { _ in "m" + text(120) }),
                recollection: Bool.random(using: &random) ? Recollection(text: "r" + text(200), count: 1) : nil,
                isContinuation: Bool.random(using: &random))
            let capabilities = LanguageModelCapabilities(contextWindow: Int.random(in: 50...4_000, using: &random))
            do {
                let prompt = try composer.compose(material, for: capabilities, counter: counter)
                let tokens = prompt.messages.reduce(0) { $0 + counter.count($1.text) + PromptComposer.messageOverhead }
                #expect(tokens == prompt.report.promptTokens)
                #expect(tokens <= prompt.report.budget)
                #expect(tokens + prompt.maximumOutputTokens <= capabilities.contextWindow)
                #expect(
                    prompt.messages.contains { $0.part == .history && $0.text == material.history.entries.last?.text })
            } catch {
                #expect(error.code == .promptTooLarge)
            }
        }
    }

    @Test("Example dialogues are dropped before any history is")
    func examplesGoFirst() throws {
        let composer = PromptComposer(
            configuration: .init(maximumPromptTokens: 300, replyReserve: 10, headroom: 0))
        let preamble = preamble(of: composer, examples: String(repeating: "e", count: 100))
        let short = try composer.compose(
            .init(preamble: preamble, history: history(["Hello"])), for: .init(contextWindow: 1_000), counter: counter)
        #expect(short.messages.contains { $0.part == .exampleDialogue })
        let texts = (0..<18).map { _ in "1234567" }
        let long = try composer.compose(
            .init(preamble: preamble, history: history(texts)), for: .init(contextWindow: 1_000), counter: counter)
        #expect(!long.messages.contains { $0.part == .exampleDialogue })
        #expect(long.messages.count { $0.part == .history } == 18)
        #expect(long.report.segments.contains { $0.part == .exampleDialogue && !$0.isIncluded })
    }

    @Test("While a chat grows past its budget, most turns keep the whole earlier prompt as their prefix")
    func prefixIsKept() throws {
        let composer = PromptComposer(
            configuration: .init(maximumPromptTokens: 4_000, replyReserve: 10, headroom: 0))
        let preamble = preamble(of: composer)
        let texts = (0..<600).map { "message \($0) " + String(repeating: "x", count: 20) }
        var previous: [PromptMessage] = []
        var kept = 0
        var turns = 0
        for end in stride(from: 1, through: texts.count, by: 2) {
            let prompt = try composer.compose(
                .init(preamble: preamble, history: history(Array(texts[..<end]))), for: .init(contextWindow: 8_000),
                counter: counter)
            if prompt.messages.starts(with: previous) { kept += 1 }
            turns += 1
            previous = prompt.messages
        }
        #expect(Double(kept) / Double(turns) >= 0.85, "kept \(kept) of \(turns)")
    }

    @Test("A card's instructions replace the host's, and may quote them")
    func originalInstructions() {
        let composer = PromptComposer(configuration: .init(instructions: "Play {{char}}."))
        let quoted = preamble(of: composer, instructions: "{{original}} Briefly.")
        #expect(quoted.items[0].message.text.hasPrefix("Play Luna. Briefly."))
        let own = preamble(of: composer, instructions: "")
        #expect(own.items[0].message.text.hasPrefix("Play Luna."))
    }
}

/// SplitMix64, for seeded generators in tests.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
