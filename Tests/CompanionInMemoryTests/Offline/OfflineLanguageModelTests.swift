import CompanionCore
import CompanionInMemory
import CompanionTesting
import Synchronization
import Testing

@Suite struct OfflineLanguageModelTests {
    @Test("Keeps the contract of a language model", arguments: LanguageModelConformance.checks)
    func conforms(_ check: LanguageModelConformance.Check) async throws {
        try await check.run { scenario in
            // A model without a provider: a call is one prompt that was counted, and is open while it waits for its clock.
            let counter = CountingCounter()
            let clock = ManualClock()
            func subject(pace: Duration?) -> LanguageModelSubject {
                LanguageModelSubject(
                    model: OfflineLanguageModel(pace: pace, clock: clock, tokenCounter: counter),
                    speaksByScript: false, receivedCalls: { counter.prompts.withLock { $0 } },
                    openCalls: { clock.sleeperCount })
            }
            return switch scenario {
            case .reply: subject(pace: nil)
            case .stall(let pieces) where !pieces.isEmpty: subject(pace: .seconds(3_600))
            default: nil
            }
        }
    }

    private final class CountingCounter: TokenCounter {
        let prompts = Mutex(0)
        let identifier = "counting"

        func count(_ text: String) -> Int {
            if text == "Hello, who are you?" { prompts.withLock { $0 += 1 } }
            return text.utf8.count
        }
    }

    @Test("Says that it is no real model")
    func label() {
        let model = OfflineLanguageModel()
        #expect(model.name == "offline")
        #expect(model.capabilities.isSimulated)
        #expect(model.capabilities.structuredOutput == .none)
    }

    @Test("Refuses to follow a schema")
    func structured() async throws {
        var request = OfflinePrompt(history: ["Hello."]).request
        request.outputFormat = .json(JSONSchema(name: "facts", schema: ["type": "object"]))
        let structured = request
        let error = await #expect(throws: CompanionError.self) {
            try await OfflineLanguageModel().events(for: structured)
        }
        #expect(error?.code == .unsupported)
    }

    @Test("Streams word by word, finishes once, and reports an estimate of its usage")
    func streaming() async throws {
        var prompt = OfflinePrompt.keeper
        prompt.history = ["I had such a long day."]
        let counter = EstimatingTokenCounter()
        let reply = "Then sit by the window. The sea does the talking tonight."
        let usage = TokenUsage(
            promptTokens: prompt.request.messages.reduce(0) { $0 + counter.count($1.text) },
            completionTokens: counter.count(reply), isEstimate: true)
        let words = [
            "Then", " sit", " by", " the", " window.", " The", " sea", " does", " the", " talking", " tonight.",
        ]
        #expect(
            try await OfflineLanguageModel().events(for: prompt.request)
                == words.map { .text($0) } + [.finish(.stop), .usage(usage)])
    }

    @Test("Ends at the limit of tokens, and says so", arguments: 0...20)
    func limit(tokens: Int) async throws {
        var prompt = OfflinePrompt.keeper
        prompt.history = ["I had such a long day."]
        var request = prompt.request
        let whole = try await OfflineLanguageModel().reply(to: request)
        request.maximumOutputTokens = tokens
        let counter = EstimatingTokenCounter()
        let events = try await OfflineLanguageModel().events(for: request)
        let text = events.reduce(into: "") { if case .text(let piece) = $1 { $0 += piece } }
        #expect(whole.hasPrefix(text))
        #expect(counter.count(text) <= tokens)
        #expect(events.contains(.finish(counter.count(whole) <= tokens ? .stop : .length)))
    }

    @Test("Ends before a stop sequence")
    func stopSequences() async throws {
        var prompt = OfflinePrompt.keeper
        prompt.history = ["I had such a long day."]
        var request = prompt.request
        request.stopSequences = ["", "talking", " The sea"]
        let events = try await OfflineLanguageModel().events(for: request)
        #expect(events.dropLast(2).last == .text(" window."))
        #expect(events.contains(.finish(.stop)))
    }

    @Test("Takes the time that it is told to between two words")
    func pace() async throws {
        let clock = ManualClock()
        let model = OfflineLanguageModel(pace: .milliseconds(80), clock: clock)
        var prompt = OfflinePrompt.keeper
        prompt.history = ["I had such a long day."]
        async let events = model.events(for: prompt.request)
        for _ in 0..<10 {
            try await clock.waitUntilSleeping()
            clock.advance(by: .milliseconds(80))
        }
        #expect(try await events.count == 13)
    }

    @Test("Same seed and same requests, same replies; another seed, others now and then")
    func seeds() async throws {
        func talk(seed: UInt64) async throws -> [String] {
            let model = OfflineLanguageModel(seed: seed)
            var prompt = OfflinePrompt()
            var replies: [String] = []
            for text in ["Hi.", "I sail.", "Why is the sky blue?", "I sail.", "Thanks!"] {
                prompt.history.append(text)
                try await replies.append(model.reply(to: prompt))
                prompt.history.append(replies[replies.count - 1])
            }
            return replies
        }
        let first = try await talk(seed: 1)
        #expect(try await talk(seed: 1) == first)
        var others: Set<[String]> = []
        for seed in 2...6 { try await others.insert(talk(seed: UInt64(seed))) }
        #expect(others.count > 1)
    }

    @Test("A request that is repeated gets another reply; with a seed of its own it gets the same")
    func regeneration() async throws {
        let model = OfflineLanguageModel()
        var prompt = OfflinePrompt.keeper
        prompt.history = ["I had such a long day."]
        var replies: [String] = []
        for _ in 0..<5 { try await replies.append(model.reply(to: prompt)) }
        #expect(zip(replies, replies.dropFirst()).allSatisfy { $0 != $1 })
        #expect(Set(replies).count >= 3)
        var request = prompt.request
        request.sampling.seed = 7
        let seeded = try await model.reply(to: request)
        for _ in 0..<3 { #expect(try await model.reply(to: request) == seeded) }
    }

    @Test("Never says the same twice in a row, whatever is said to it", arguments: [OfflinePrompt(), .keeper])
    func variety(prompt: OfflinePrompt) async throws {
        let random = SeededRandomSource()
        let model = OfflineLanguageModel(seed: random.seed)
        var prompt = prompt
        let remarks = [
            "Hi", "Hello!", "I had a long day.", "Tell me a joke", "What is my name?", "Who are you?", "ok", "no", "…",
            "I like tea.", "What do I like?", "How are you?", "Why?", "The sea is loud.", "Thanks", "bye",
            "Ich bin müde.",
        ]
        for _ in 0..<300 {
            let remark = remarks[Int(random.next() % UInt64(remarks.count))]
            prompt.history = prompt.history.suffix(30) + [remark]
            let reply = try await model.reply(to: prompt)
            #expect(reply != prompt.history.dropLast().last, "\(random), to \(remark)")
            #expect(!reply.isEmpty)
            prompt.history.append(reply)
        }
    }

    @Test("Survives any text in any part of the prompt")
    func fuzz() async throws {
        let random = SeededRandomSource()
        let model = OfflineLanguageModel()
        let scraps = [
            "\0", "🧑‍🚀", "# ", "# About ", "You are ", "*", "\n", "<START>", ":", "Ada:", "Luna: ", "I ", "my ", "is ",
            "?", ". ",
            "my name is ", "I like ", "what do I like", "'", "’s", "\u{301}", "漢字", " ", "…", "{user}",
            "I am 9999999999999999999999",
        ]
        func text() -> String {
            (0..<(random.next() % 30)).map { _ in scraps[Int(random.next() % UInt64(scraps.count))] }.joined()
        }
        for _ in 0..<300 {
            let parts: [PromptMessage.Part] = [
                .character, .persona, .exampleDialogue, .lore, .memory, .history, .history, .history, .instructions,
            ]
            let roles: [PromptMessage.Role] = [.system, .user, .assistant]
            let messages = parts.map { part in
                PromptMessage(part == .history ? roles[Int(random.next() % 3)] : .system, text(), part: part)
            }
            let reply = try await model.reply(to: LanguageModelRequest(messages: messages))
            #expect(!reply.isEmpty, "\(random)")
        }
        #expect(try await !model.reply(to: LanguageModelRequest(messages: [])).isEmpty)
    }
}
