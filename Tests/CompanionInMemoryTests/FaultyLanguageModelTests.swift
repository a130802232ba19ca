import CompanionCore
import CompanionInMemory
import CompanionTesting
import Testing

@Suite struct FaultyLanguageModelTests {
    private let request = LanguageModelRequest(messages: [PromptMessage(.user, "Hello.")])
    private let script = ScriptedLanguageModel { _ in .text("a", "b", "c") }
    private let outage = CompanionError(.unavailable, "The server is down.")

    @Test("Without faults keeps the contract of a language model", arguments: LanguageModelConformance.checks)
    func conforms(_ check: LanguageModelConformance.Check) async throws {
        try await check.run { .scripted(in: $0) { FaultyLanguageModel($0) { _, _ in [] } } }
    }

    @Test("Breaks the call that it is told to off before the event that it is told to", arguments: 0...4)
    func failure(index: Int) async throws {
        let model = FaultyLanguageModel(script) { [outage] call, _ in
            call == 1 ? [.fail(outage, beforeEvent: index)] : []
        }
        #expect(try await model.events(for: request).count == 4)
        var seen: [LanguageModelEvent] = []
        await #expect(throws: CompanionError.self) {
            try await model.withResponse(to: request, isolation: nil) { stream in
                for try await event in stream { seen.append(event) }
            }
        }
        #expect(seen == Array([.text("a"), .text("b"), .text("c"), .finish(.stop)].prefix(index)))
        #expect(try await model.events(for: request).count == 4)
    }

    @Test("Can end a response that has not finished")
    func end() async throws {
        let model = FaultyLanguageModel(script) { _, _ in [.end(beforeEvent: 2)] }
        #expect(try await model.events(for: request) == [.text("a"), .text("b")])
        #expect(script.calls.map(\.state) == [.abandoned])
    }

    @Test("Holds an event back until its time has come and its gate is open")
    func waiting() async throws {
        let (clock, gate) = (ManualClock(), Gate())
        let model = FaultyLanguageModel(script) { _, _ in
            [.delay(.seconds(5), on: clock, beforeEvent: 1), .hold(at: gate, beforeEvent: 1)]
        }
        async let events = model.events(for: request)
        try await clock.waitUntilSleeping()
        #expect(script.calls.first?.eventCount == 1)
        clock.advance(by: .seconds(5))
        try await gate.waitUntilWaiting()
        #expect(script.calls.first?.eventCount == 1)
        gate.open()
        #expect(try await events.count == 4)
    }

    @Test("Fails about as often as it is told to, and by the seed alone")
    func random() async throws {
        var outcomes: [[Bool]] = []
        for _ in 0..<2 {
            let model = FaultyLanguageModel.failing(
                script, probability: 0.3, amongFirst: 4, with: outage, random: SeededRandomSource(seed: 7))
            var outcome: [Bool] = []
            for _ in 0..<200 {
                do {
                    _ = try await model.events(for: request)
                    outcome.append(true)
                } catch is CompanionError {
                    outcome.append(false)
                }
            }
            outcomes.append(outcome)
        }
        #expect(outcomes[0] == outcomes[1])
        #expect((40...80).contains(outcomes[0].count { !$0 }))
    }
}
