import CompanionTesting
import Testing

@Suite struct LanguageModelConformanceTests {
    @Test("Every rule is broken by a model that breaks it", arguments: LanguageModelConformance.checks)
    func everyCheckCanFail(_ check: LanguageModelConformance.Check) async throws {
        let sabotages = Self.breakers[check.name, default: []]
        #expect(!sabotages.isEmpty, "No sabotage is known for this rule.")
        for sabotage in sabotages {
            await #expect(throws: ConformanceFailure.self, "\(sabotage)") {
                try await check.run { .sabotaged(sabotage, in: $0) }
            }
        }
    }

    @Test("No rule is broken by the wrapper that breaks nothing", arguments: LanguageModelConformance.checks)
    func wrapper(_ check: LanguageModelConformance.Check) async throws {
        try await check.run { .sabotaged(.nothing, in: $0) }
    }

    @Test("Every sabotage is of a rule that there is")
    func noStrangers() {
        let rules = Set(LanguageModelConformance.checks.map(\.name))
        #expect(Set(Self.breakers.keys).subtracting(rules).isEmpty)
        #expect(rules.count == LanguageModelConformance.checks.count)
    }

    /// For each rule, the sabotages that it must find out.
    private static let breakers: [String: [SabotagedLanguageModel.Sabotage]] = [
        "A model has a name and a context window": [.isNameless],
        "The body is called at once, and nothing is sent before an event is asked for": [.asksAtOnce],
        "A whole response is its text in order, exactly one finish, then nil for ever": [
            .losesPieces, .addsEmptyPieces, .finishesTwice, .neverFinishes, .goesOnAfterEnd,
        ],
        "Usage comes at most once, and is not negative": [.repeatsUsage],
        "A long reply arrives whole": [.losesPieces],
        "Two responses can be read at the same time, and one after the other": [.servesOneAtATime],

        "Leaving early ends the provider's call": [.keepsCalls],
        "Leaving a reply that goes on ends the provider's call": [.keepsCalls],
        "A body that throws ends the provider's call, and its error is thrown": [.keepsCalls],
        "Cancellation throws CancellationError promptly and ends the call": [.hidesCancellation, .wrapsCancellation],
        "Cancellation before the first event throws CancellationError": [.hidesCancellation, .wrapsCancellation],
        "A task that is cancelled already gets CancellationError": [.hidesCancellation, .wrapsCancellation],

        "A response that breaks off gives what came, then throws": [.hidesBreaks, .confusesCodes],
        "The stream, not the call, throws unauthenticated for a request that fails so": [.asksAtOnce, .confusesCodes],
        "The stream, not the call, throws rateLimited for a request that fails so": [.asksAtOnce, .hidesBreaks],
        "The stream, not the call, throws unavailable for a request that fails so": [.asksAtOnce, .confusesCodes],
    ]
}

extension LanguageModelSubject {
    static func sabotaged(
        _ sabotage: SabotagedLanguageModel.Sabotage, in scenario: LanguageModelScenario
    ) -> LanguageModelSubject {
        var subject = scripted(in: scenario) { SabotagedLanguageModel($0, sabotage) }
        if sabotage == .keepsCalls {
            let receivedCalls = subject.receivedCalls
            subject.openCalls = { try await receivedCalls() }
        }
        return subject
    }
}
