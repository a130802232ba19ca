import CompanionCore
import CompanionInMemory
import CompanionTesting
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct ExtractionTests {
    @Test("Without a language model, rules learn what plain sentences tell")
    func offline() async throws {
        let fixture = try await MemoryFixture()
        try await fixture.say("Hi! I moved to Turin last week.")
        try await fixture.say("My sister Mia lives in Rome. Do you like Rome?")
        let report = try await fixture.extract()
        #expect(report.messages == 4)
        #expect(
            try await fixture.known
                == ["Ada moved to Turin in the week of 19 May 2025.", "Ada's sister Mia lives in Rome."])
        let memory = try #require(try await fixture.memories().last)
        #expect(memory.kind == .relationship && memory.sources.count == 1)
        #expect(
            try await fixture.companion.memories.sources(of: memory.id, by: fixture.user).map(\.text)
                == ["My sister Mia lives in Rome. Do you like Rome?"])
    }

    @Test("One call of the model reads a batch; lines and known memories are named by small numbers")
    func oneCall() async throws {
        let model = ScriptedLanguageModel(
            capabilities: .init(contextWindow: 128_000, structuredOutput: .jsonSchema)
        ) { request in
            guard case .json = request.outputFormat else { return "I see." }
            return """
                {"memories": [{"text": "Ada's dog is called Rex.", "kind": "relationship", "importance": 4, "lines": [1],
                "date": "", "replaces": [], "private": false}, {"text": "broken"}, 7,
                {"text": "Luna sees.", "kind": "fact", "importance": 1, "lines": [2], "date": "", "replaces": [],
                "private": false}]}
                """
        }
        let fixture = try await MemoryFixture(model: model)
        for text in ["My dog is called Rex", "He is four", "Nice weather"] { try await fixture.say(text) }
        let report = try await fixture.extract()
        #expect(report.learnt.map(\.text) == ["Ada's dog is called Rex."])
        #expect(report.refused == [.uncited: 1, .foreignLines: 1])
        #expect(fixture.companion.memories.refusals == report.refused)
        let asked = model.requests.filter { if case .json = $0.outputFormat { true } else { false } }
        #expect(asked.count == 1)
        let prompt = try #require(asked.first?.messages.last?.text)
        #expect(prompt.contains("1 [person] My dog is called Rex\n2 [character] I see.\n3 [person] He is four"))
        let importance = try #require(try await fixture.memories().first).importance
        #expect(abs(importance - 0.7) < 0.001)
        try await fixture.say("Rex is ill")
        try await fixture.extract()
        let next = try #require(model.requests.last?.messages.last?.text)
        #expect(next.contains("Known notes:\n1. Ada's dog is called Rex.\n"))
        #expect(!next.contains("\(fixture.chat)"))
    }

    @Test("A message is read once, and what was read before is shown as context only")
    func once() async throws {
        let extractor = RecordingExtractor.literal
        let fixture = try await MemoryFixture(extractor: extractor)
        try await fixture.say("alpha")
        try await fixture.extract()
        try await fixture.say("beta")
        try await fixture.extract()
        #expect(try await fixture.extract().messages == 0)
        #expect(extractor.batches.map { $0.lines.filter(\.isCitable).map(\.text) } == [["alpha"], ["beta"]])
        #expect(extractor.batches[1].lines.map(\.text) == ["alpha", "Mhm.", "beta", "Mhm."])
        #expect(try await fixture.known == ["Ada said alpha", "Ada said beta"])
    }

    @Test("Twenty messages are read at once, fewer after a silence")
    func triggers() async throws {
        let extractor = RecordingExtractor.literal
        let fixture = try await MemoryFixture(extractor: extractor)
        for index in 0..<9 { try await fixture.say("number\(index)") }
        #expect(try await fixture.companion.jobs.workDue() == 0)
        try await fixture.say("number9")
        #expect(try await fixture.companion.jobs.workDue() == 1)
        #expect(extractor.batches.count == 1 && extractor.batches[0].lines.count == 20)
        try await fixture.say("later")
        #expect(try await fixture.companion.jobs.workDue() == 0)
        try await fixture.settle()
        #expect(extractor.batches.count == 2)
        #expect(try await fixture.companion.jobs.jobs().isEmpty)
    }

    @Test("Many tokens are read before twenty messages have come")
    func tokens() async throws {
        let extractor = RecordingExtractor.literal
        var configuration = Companion.Configuration()
        configuration.memory.tokensPerExtraction = 200
        let fixture = try await MemoryFixture(extractor: extractor, configuration: configuration)
        try await fixture.say("short")
        #expect(try await fixture.companion.jobs.workDue() == 0)
        try await fixture.say(String(repeating: "many words ", count: 150))
        #expect(try await fixture.companion.jobs.workDue() == 1)
    }

    @Test("A long backlog is read in batches, each message once")
    func backlog() async throws {
        let extractor = RecordingExtractor.literal
        var configuration = Companion.Configuration()
        configuration.memory.maximumBatchMessages = 6
        configuration.memory.messagesPerExtraction = 1_000
        let fixture = try await MemoryFixture(extractor: extractor, configuration: configuration)
        for index in 0..<20 { try await fixture.say("number\(index)") }
        try await fixture.settle()
        #expect(extractor.batches.count == 7)
        #expect(
            extractor.batches.flatMap { $0.lines.filter(\.isCitable).map(\.text) } == (0..<20).map { "number\($0)" })
    }

    @Test("A batch is as long as its tokens allow")
    func batchTokens() async throws {
        let extractor = RecordingExtractor.literal
        var configuration = Companion.Configuration()
        configuration.memory.maximumBatchTokens = 100
        let fixture = try await MemoryFixture(extractor: extractor, configuration: configuration)
        for index in 0..<6 { try await fixture.say("n\(index) " + String(repeating: "many words ", count: 20)) }
        try await fixture.extract()
        #expect(extractor.batches.count == 3)
        #expect(extractor.batches.flatMap { $0.lines.filter(\.isCitable) }.count == 6)
    }

    @Test("What the model refuses is split until the one message is found that it will not read; the others are learnt")
    func refused() async throws {
        let extractor = RecordingExtractor { batch in
            if batch.lines.contains(where: { $0.isCitable && $0.text.contains("forbidden") }) {
                throw CompanionError(.refused, "no")
            }
            return batch.lines.filter(\.isCitable).map {
                MemoryCandidate(text: "Ada said \($0.text)", kind: .fact, lines: [$0.number])
            }
        }
        let fixture = try await MemoryFixture(extractor: extractor)
        for text in ["alpha", "beta", "forbidden", "gamma", "delta"] { try await fixture.say(text) }
        let report = try await fixture.extract()
        #expect(report.refused == [.unreadable: 1])
        #expect(
            try await fixture.known == ["alpha", "beta", "gamma", "delta"].map { "Ada said \($0)" })
    }

    @Test("A message that is changed while the model reads it is read again, as it is now")
    func changedMeanwhile() async throws {
        let gate = Gate()
        let extractor = RecordingExtractor { batch in
            try await gate.pass()
            return batch.lines.filter(\.isCitable).map {
                MemoryCandidate(text: "Ada said \($0.text)", kind: .fact, lines: [$0.number])
            }
        }
        let fixture = try await MemoryFixture(extractor: extractor)
        let message = try await fixture.say("wrong")
        async let report = fixture.extract()
        try await gate.waitUntilWaiting()
        _ = try await fixture.companion.chats.edit(message.id, to: "right", by: fixture.user)
        gate.open()
        #expect(try await report.learnt.map(\.text) == ["Ada said right"])
        #expect(extractor.batches.count == 2)
        #expect(try await fixture.known == ["Ada said right"])
    }

    @Test("Two who read the same batch at once learn it once")
    func twice() async throws {
        let gate = Gate()
        let extractor = RecordingExtractor { batch in
            try await gate.pass()
            return batch.lines.filter(\.isCitable).map {
                MemoryCandidate(text: "Ada said \($0.text)", kind: .fact, lines: [$0.number])
            }
        }
        let fixture = try await MemoryFixture(extractor: extractor)
        try await fixture.say("alpha")
        async let first = fixture.extract()
        async let second = fixture.extract()
        try await gate.waitUntilWaiting(count: 2)
        gate.open()
        #expect(try await [first, second].map(\.messages).sorted() == [0, 2])
        let memories = try await fixture.memories()
        #expect(memories.count == 1 && memories[0].strength == 1)
    }

    @Test("What is being answered waits: it may still be blocked")
    func generating() async throws {
        let gate = Gate()
        let extractor = RecordingExtractor.literal
        let model = ScriptedLanguageModel { _ in .waiting(after: ["I"], until: { try await gate.pass() }) }
        let fixture = try await MemoryFixture(extractor: extractor, model: model)
        let (companion, chat, user) = (fixture.companion, fixture.chat, fixture.user)
        let turn = Task { try await companion.chats.reply(to: "alpha", in: chat, by: user) }
        try await gate.waitUntilWaiting()
        #expect(try await fixture.extract().messages == 0)
        gate.open()
        _ = try await turn.value
        #expect(try await fixture.extract().messages == 2)
    }

    @Test("Switched off, nothing is learnt and no work is left")
    func off() async throws {
        var configuration = Companion.Configuration()
        configuration.memory.isEnabled = false
        let fixture = try await MemoryFixture(configuration: configuration)
        for _ in 0..<12 { try await fixture.say("I live in Turin.") }
        #expect(try await fixture.companion.jobs.jobs().isEmpty)
    }

    @Test("Said again, it is no second memory; contradicted, it is ended and kept")
    func consolidation() async throws {
        let fixture = try await MemoryFixture()
        for text in ["I live in Rome.", "I live in Rome!", "I moved to Turin."] {
            try await fixture.say(text)
            try await fixture.extract()
        }
        #expect(try await fixture.known == ["Ada moved to Turin."])
        let all = try await fixture.memories(.always)
        #expect(all.map(\.text) == ["Ada lives in Rome.", "Ada moved to Turin."])
        #expect(all[0].strength == 2 && all[0].sources.count == 2)
        #expect(all[0].invalidAt == all[1].validAt && all[0].supersededBy == all[1].id)
        let before = all[0].validAt.addingTimeInterval(1)
        #expect(try await fixture.memories(.at(before)).map(\.text) == ["Ada lives in Rome."])
        for memory in all {
            #expect(try await fixture.companion.memories.history(of: memory.id, by: fixture.user) == all)
        }
    }

    @Test("With a model that parrots for 200 turns, memories and repetition stay bounded")
    func parrot() async throws {
        // It says back all that it is shown, and takes every line for a memory, its own too.
        let model = ScriptedLanguageModel(
            capabilities: .init(contextWindow: 8_000, structuredOutput: .jsonSchema)
        ) { request in
            guard case .json = request.outputFormat else {
                return .text(["You told me: " + (request.messages.last { $0.role == .user }?.text ?? "")])
            }
            let shown = request.messages.last?.text ?? ""
            let lines = shown.split(separator: "\n").compactMap { line -> JSONValue? in
                let parts = line.split(separator: " ", maxSplits: 2)
                guard parts.count == 3, let number = Int(parts[0]), parts[1].hasPrefix("[") else { return nil }
                return [
                    "text": .string("Ada: \(parts[2])"), "kind": "fact", "importance": 5,
                    "lines": [.number(JSONNumber(number))], "date": "", "replaces": [], "private": false,
                ]
            }
            return .text([JSONValue(dictionaryLiteral: ("memories", .array(lines))).serialized()])
        }
        let fixture = try await MemoryFixture(model: model)
        let said = ["I keep bees in Turin.", "My brother Tom paints.", "Hello again!", "What do you think?"]
        for turn in 0..<200 {
            try await fixture.say(said[turn % said.count])
            try await fixture.companion.jobs.workDue()
        }
        try await fixture.settle()
        let memories = try await fixture.memories(.always)
        #expect(memories.map(\.text).sorted() == ["Ada: I keep bees in Turin.", "Ada: My brother Tom paints."])
        #expect(memories.allSatisfy { $0.strength == 50 && $0.sources.count <= 64 })
        // Each of the character's lines was proposed, and lines that were context only besides.
        #expect(try #require(fixture.companion.memories.refusals[.foreignLines]) >= 200)
    }
}
