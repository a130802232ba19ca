import CompanionInMemory
import CompanionTesting
import Testing

@testable import CompanionCore

struct SummaryTests {
    static func small() -> Companion.Configuration {
        var configuration = Companion.Configuration()
        configuration.prompt.maximumPromptTokens = 400
        configuration.prompt.trimmingStep = 4
        configuration.memory.messagesPerSummary = 6
        configuration.memory.summaryTokens = 80
        return configuration
    }

    func summary(_ fixture: MemoryFixture) async throws -> ChatSummary? {
        let (chat, user) = (fixture.chat, fixture.user)
        return try await fixture.store.read { try $0.summaries.summary(of: chat, of: user) }
    }

    @Test("What no longer fits the prompt is summed up, and stands before the history from then on")
    func summed() async throws {
        let model = MemoryFixture.listener
        let fixture = try await MemoryFixture(model: model, configuration: Self.small())
        try await fixture.say("I live in Turin with a parrot called Ugo.")
        for index in 0..<30 {
            try await fixture.say("And then number \(index) went by the window, very slowly indeed.")
            try await fixture.companion.jobs.workDue()
        }
        let summary = try #require(try await summary(fixture))
        #expect(summary.text.contains("Ada lives in Turin with a parrot called Ugo."))
        #expect(summary.throughSequence >= 6)
        let prompt = try #require(model.requests.last)
        let place = try #require(prompt.messages.firstIndex { $0.part == .summary })
        #expect(prompt.messages[place].text.hasSuffix(summary.text))
        #expect(prompt.messages[place + 1].part == .history)
        let tokens = prompt.messages.reduce(0) { $0 + EstimatingTokenCounter().count($1.text) }
        #expect(tokens <= 400)
    }

    @Test("A chat that fits its prompt has no summary")
    func whole() async throws {
        let model = MemoryFixture.listener
        let fixture = try await MemoryFixture(model: model)
        for index in 0..<12 { try await fixture.say("I love number \(index).") }
        try await fixture.settle()
        #expect(try await summary(fixture) == nil)
        #expect(!model.requests.contains { $0.messages.contains { $0.part == .summary } })
    }

    @Test("A model is asked once for each summary, with the one before and what was said since")
    func model() async throws {
        let model = ScriptedLanguageModel(capabilities: .init(contextWindow: 8_000)) { request in
            request.messages.first?.text.hasPrefix("Sum up") == true ? "They talked of numbers." : "Mhm."
        }
        let fixture = try await MemoryFixture(
            extractor: RecordingExtractor { _ in [] }, model: model, configuration: Self.small())
        for index in 0..<40 {
            try await fixture.say("And then number \(index) went by the window, very slowly indeed.")
            try await fixture.companion.jobs.workDue()
        }
        let asked = model.requests.filter { $0.messages.first?.text.hasPrefix("Sum up") == true }
        #expect(asked.count >= 2 && asked.count <= 10)
        #expect(asked[1].messages[1].text.hasPrefix("Summary so far:\nThey talked of numbers.\n\nLines:\n"))
        // No line is shown twice.
        let lines = asked.flatMap { $0.messages[1].text.split(separator: "\n").filter { $0.hasPrefix("Ada: ") } }
        #expect(Set(lines).count == lines.count)
        #expect(try await summary(fixture)?.text == "They talked of numbers.")
    }

    @Test("Changing what was summed up drops the summary; it is made again from what is there")
    func dropped() async throws {
        let fixture = try await MemoryFixture(configuration: Self.small())
        let message = try await fixture.say("I live in Turin.")
        for index in 0..<30 { try await fixture.say("And then number \(index) went by the window, slowly.") }
        try await fixture.settle()
        #expect(try await summary(fixture)?.text.contains("Turin") == true)
        _ = try await fixture.companion.chats.edit(message.id, to: "I live in Naples.", by: fixture.user)
        #expect(try await summary(fixture) == nil)
        try await fixture.say("And then the last one went by.")
        try await fixture.settle()
        #expect(try await summary(fixture)?.text.contains("Naples") == true)
        #expect(try await summary(fixture)?.text.contains("Turin") == false)
    }

    @Test("What was forgotten leaves the summary too")
    func forgotten() async throws {
        let fixture = try await MemoryFixture(configuration: Self.small())
        try await fixture.say("I live in Turin.")
        for index in 0..<30 { try await fixture.say("And then number \(index) went by the window, slowly.") }
        try await fixture.settle()
        #expect(try await summary(fixture)?.text.contains("Turin") == true)
        let memory = try #require(try await fixture.memories().first { $0.text.contains("Turin") })
        try await fixture.companion.memories.forget(memory.id, by: fixture.user)
        try await fixture.say("And then the last one went by.")
        try await fixture.settle()
        #expect(try await summary(fixture)?.text.contains("Turin") != true)
    }
}
