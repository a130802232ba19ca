import CompanionTesting
import Testing

@Suite struct EmbeddingModelConformanceTests {
    @Test("Every rule is broken by a model that breaks it", arguments: EmbeddingModelConformance.checks)
    func everyCheckCanFail(_ check: EmbeddingModelConformance.Check) async throws {
        let sabotages = Self.breakers[check.name, default: []]
        #expect(!sabotages.isEmpty, "No sabotage is known for this rule.")
        for sabotage in sabotages {
            await #expect(throws: ConformanceFailure.self, "\(sabotage)") {
                try await check.run(on: SabotagedEmbeddingModel(sabotage))
            }
        }
    }

    @Test("No rule is broken by the wrapper that breaks nothing", arguments: EmbeddingModelConformance.checks)
    func wrapper(_ check: EmbeddingModelConformance.Check) async throws {
        try await check.run(on: SabotagedEmbeddingModel(.nothing))
    }

    @Test("Every sabotage is of a rule that there is")
    func noStrangers() {
        let rules = Set(EmbeddingModelConformance.checks.map(\.name))
        #expect(Set(Self.breakers.keys).subtracting(rules).isEmpty)
        #expect(rules.count == EmbeddingModelConformance.checks.count)
    }

    /// For each rule, the sabotages that it must find out.
    private static let breakers: [String: [SabotagedEmbeddingModel.Sabotage]] = [
        "A model names its space, the same whenever it is asked, within the bounds": [
            .isNameless, .hasNoDimensions, .changesItsSpace,
        ],
        "No texts have no vectors": [.invents],
        "Each text has a vector of the space's dimensions, finite and of length 1": [
            .losesOne, .isLong, .isNotFinite, .cutsDimensions,
        ],
        "Vectors come in the order of the texts, whether asked for together or one by one": [.sorts, .depends],
        "The same text has the same vector, also twice in one call; unlike texts have unlike ones": [
            .depends, .isConstant,
        ],
        "A blank text has a vector": [.refusesBlanks],
        "A text that is too long for any model has a vector, and its end does not move the others": [
            .refusesLongTexts, .depends,
        ],
        "More texts than any request takes have their vectors in order": [.losesBatches],
        "Calls at the same time have each its own vectors": [.mixesCalls],
        "A task that is cancelled already gets CancellationError": [.ignoresCancellation],
    ]
}
