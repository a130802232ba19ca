import CompanionCore
import CompanionTesting
import Testing

struct ModerationModelTests {
    @Test("The scripted model keeps the contract", arguments: ModerationModelConformance.checks)
    func scripted(_ check: ModerationModelConformance.Check) async throws {
        try await check.run(
            on: ModerationModelSubject(
                model: ScriptedModerationModel(finding: ["knife": [.violence: 0.9]]), flagged: "with a knife",
                category: .violence))
    }

    @Test("The suite sees a model that breaks the contract")
    func broken() async throws {
        let models: [ScriptedModerationModel] = [
            ScriptedModerationModel(name: "") { _, _ in ModerationJudgement(scores: [.violence: 0]) },
            ScriptedModerationModel { _, _ in ModerationJudgement(scores: [:]) },
            ScriptedModerationModel { _, _ in ModerationJudgement(scores: [.violence: 2]) },
            ScriptedModerationModel { _, text in
                ModerationJudgement(scores: [.violence: text.prefix(100).contains("knife") ? 0.9 : 0])
            },
        ]
        for model in models {
            var failures = 0
            for check in ModerationModelConformance.checks {
                do {
                    try await check.run(
                        on: ModerationModelSubject(model: model, flagged: "with a knife", category: .violence))
                } catch is ConformanceFailure { failures += 1 }
            }
            #expect(failures > 0)
        }
    }

    @Test("A category has its name, and a host's own is another kind of the same thing")
    func categories() {
        #expect(ModerationCategory.known.count == 13)
        #expect(ModerationCategory("self-harm/intent") == .selfHarmIntent)
        #expect(ModerationCategory("gambling").isOwn && !ModerationCategory.hate.isOwn)
        #expect("\(ModerationCategory("gambling")) \(ModerationCategory.sexualMinors)" == "gambling sexual/minors")
    }
}
