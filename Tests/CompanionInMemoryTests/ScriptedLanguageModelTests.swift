import CompanionCore
import CompanionInMemory
import CompanionTesting
import Testing

@Suite struct ScriptedLanguageModelTests {
    private let request = LanguageModelRequest(messages: [PromptMessage(.user, "Hello.")])

    @Test("Keeps the contract of a language model", arguments: LanguageModelConformance.checks)
    func conforms(_ check: LanguageModelConformance.Check) async throws {
        try await check.run { .scripted(in: $0) }
    }

    @Test("Answers call after call, remembers what it was asked, and says so when no reply is left")
    func queue() async throws {
        let model = ScriptedLanguageModel(replies: ["One.", .text("T", "wo.", finish: .length)])
        var second = request
        second.maximumOutputTokens = 1
        #expect(try await model.events(for: request) == [.text("One."), .finish(.stop)])
        #expect(try await model.events(for: second) == [.text("T"), .text("wo."), .finish(.length)])
        #expect(model.requests == [request, second])
        let error = await #expect(throws: CompanionError.self) { try await model.events(for: request) }
        #expect(error?.code == .unsupported)
        #expect(model.calls.map(\.state) == [.whole, .whole, .failed])
    }

    @Test("Tells a stream that was read to its finish from one that was left")
    func abandonment() async throws {
        let model = ScriptedLanguageModel { _ in
            .text("a", "b", usage: TokenUsage(promptTokens: 1, completionTokens: 2))
        }
        for count in 0...4 {
            try await model.withResponse(to: request, isolation: nil) { stream in
                var iterator = stream.makeAsyncIterator()
                for _ in 0..<count { _ = try await iterator.next() }
            }
        }
        // The first stream made no call; the third event is the finish.
        #expect(model.calls.map(\.state) == [.abandoned, .abandoned, .whole, .whole])
        #expect(model.calls.map(\.eventCount) == [1, 2, 3, 4])
    }

    @Test("Waits where the script says so")
    func waiting() async throws {
        let gate = Gate()
        let model = ScriptedLanguageModel(replies: [.waiting(after: ["Once"], until: { try await gate.pass() })])
        async let events = model.events(for: request)
        try await gate.waitUntilWaiting()
        #expect(model.calls.first?.eventCount == 1)
        gate.open()
        #expect(try await events == [.text("Once"), .finish(.stop)])
    }
}

extension LanguageModel {
    /// All events of one response.
    func events(for request: LanguageModelRequest) async throws -> [LanguageModelEvent] {
        try await withResponse(to: request, isolation: nil) { stream in
            var events: [LanguageModelEvent] = []
            for try await event in stream { events.append(event) }
            return events
        }
    }
}

extension LanguageModelSubject {
    /// A scripted model in a scenario, behind a decorator where one is given.
    static func scripted(
        in scenario: LanguageModelScenario, decorate: (any LanguageModel) -> any LanguageModel = { $0 }
    ) -> LanguageModelSubject {
        let script = ScriptedLanguageModel { _ in
            switch scenario {
            case .reply(let pieces):
                .text(pieces, usage: TokenUsage(promptTokens: 3, completionTokens: pieces.count))
            case .stall(let pieces): .waiting(after: pieces, until: { try await Gate().pass() })
            case .breakOff(let pieces): .failure(CompanionError(.unavailable, "It broke off."), after: pieces)
            case .failure(let code): .failure(CompanionError(code, "It failed."))
            }
        }
        return LanguageModelSubject(
            model: decorate(script), receivedCalls: { script.calls.count },
            openCalls: { script.calls.count { $0.state == .open } })
    }
}
