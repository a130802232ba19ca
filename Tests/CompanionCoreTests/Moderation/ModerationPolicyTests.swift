import CompanionCore
import Testing

struct ModerationPolicyTests {
    let policy = ModerationPolicy.standard

    func action(
        _ category: ModerationCategory, _ score: Double, _ age: AgeBand, _ rating: CharacterRating = .general,
        by policy: ModerationPolicy = .standard
    ) -> ModerationAction {
        let finding = ModerationFinding(category: category, score: score, source: .model("m"))
        return policy.decide([finding], age: age, rating: rating).action
    }

    @Test("Who is not known to be an adult gets the rules for minors, whatever the character's rating")
    func unknownIsCautious() {
        for category in ModerationCategory.known {
            for score in stride(from: 0, through: 1, by: 0.05) {
                for rating in [CharacterRating.general, .teen, .mature] {
                    let teen = action(category, score, .teen)
                    #expect(action(category, score, .unknown, rating) == teen)
                    #expect(action(category, score, .child, rating) == teen)
                }
            }
        }
    }

    @Test("The more is known to allow it, the less is done; a higher score never does less")
    func order() {
        for category in ModerationCategory.known {
            var last = ModerationAction.allow
            for score in stride(from: 0, through: 1, by: 0.01) {
                let (minor, adult) = (action(category, score, .teen), action(category, score, .adult))
                #expect(minor >= adult && adult >= action(category, score, .adult, .mature), "\(category) \(score)")
                #expect(minor >= last, "\(category) \(score)")
                last = minor
            }
        }
    }

    @Test("Sexual content with minors is blocked whatever the policy says")
    func noTolerance() {
        var policy = ModerationPolicy.standard
        policy[.sexualMinors] = .init()
        for age in AgeBand.all {
            #expect(action(.sexualMinors, 0.2, age, .mature, by: policy) == .block)
        }
        policy[.sexualMinors] = .init(block: 0.1)
        #expect(action(.sexualMinors, 0.15, .adult, by: policy) == .block)
    }

    @Test("The gravest reason counts, every reason is kept, and a crisis does not hide a block")
    func reasons() {
        let decision = policy.decide([
            ModerationFinding(category: .violence, score: 0.7, source: .model("m")),
            ModerationFinding(category: .selfHarmIntent, score: 0.9, source: .keyword(term: 3)),
            ModerationFinding(category: .hate, score: 0.9, source: .model("m")),
            ModerationFinding(category: .sexual, score: 0, source: .model("m")),
        ])
        #expect(decision.action == .crisis && decision.isCrisis && decision.blocks)
        #expect(decision.reasons.map(\.action) == [.flag, .crisis, .block])
        #expect(decision.blockedCategories == [.hate])
        #expect(decision.reasonForPerson == "It goes against the rules here (hate).")
    }

    @Test("A category of the host's own has the rule that the host gives it, or the one for all others")
    func own() {
        var policy = ModerationPolicy.standard
        let gambling = ModerationCategory("gambling")
        #expect(action(gambling, 1, .unknown, by: policy) == .flag)
        policy[gambling] = .init(block: 0.5)
        #expect(
            action(gambling, 0.5, .adult, by: policy) == .block && action(gambling, 0.4, .adult, by: policy) == .allow)
    }

    @Test("A score that is no number is taken for the worst")
    func notANumber() { #expect(action(.hate, .nan, .adult) == .block) }

    @Test("An age makes a band; none makes the unknown one")
    func bands() {
        #expect(
            [nil, 0, 12, 13, 17, 18, 90].map { AgeBand(age: $0) } == [
                .unknown, .child, .child, .teen, .teen, .adult, .adult,
            ])
    }

    @Test("A decision says what and why, and has no text to say")
    func description() {
        var decision = policy.decide([ModerationFinding(category: .hate, score: 1, source: .keyword(term: 3))])
        decision.add(ModerationDecision(isWithoutModel: true))
        #expect("\(decision)" == "block (block hate 1.0 by keyword(term: 3); without the model)")
    }
}
