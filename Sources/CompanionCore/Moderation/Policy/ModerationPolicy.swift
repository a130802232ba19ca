/// What is done about what a text is flagged for: a value that a host sets, and that decides without looking at the text.
///
/// ```swift
/// var policy = ModerationPolicy.standard
/// policy.adult[.violence] = .init(flag: 0.9)                       // a horror game
/// policy.minor[ModerationCategory("gambling")] = .init(block: 0.5)
/// ```
public struct ModerationPolicy: Sendable, Hashable {
    /// The scores from which a category has consequences; nil: never. The gravest that is reached counts.
    public struct Rule: Sendable, Hashable {
        /// Goes through, and is recorded.
        public var flag: Double?
        /// Does not go through.
        public var block: Double?
        /// The person is referred to help.
        public var crisis: Double?

        public init(flag: Double? = nil, block: Double? = nil, crisis: Double? = nil) {
            self.flag = flag
            self.block = block
            self.crisis = crisis
        }
    }

    /// What happens to screening where the model fails.
    public enum ModelFailure: Sendable, Hashable {
        /// The turn fails: nothing passes that the model has not judged.
        case failClosed
        /// The keywords alone decide, and the decision says so.
        case keywordsOnly
    }

    /// The rules for an adult with a character that is made for adults.
    public var mature: [ModerationCategory: Rule]
    /// The rules for an adult with any other character.
    public var adult: [ModerationCategory: Rule]
    /// The rules for everybody else: minors, and who is not known to be none.
    public var minor: [ModerationCategory: Rule]
    /// The rule for categories that have none above.
    public var other: Rule
    public var modelFailure: ModelFailure

    public init(
        mature: [ModerationCategory: Rule], adult: [ModerationCategory: Rule], minor: [ModerationCategory: Rule],
        other: Rule = Rule(flag: 0.5), modelFailure: ModelFailure = .failClosed
    ) {
        self.mature = mature
        self.adult = adult
        self.minor = minor
        self.other = other
        self.modelFailure = modelFailure
    }

    /// The rules of all three at once.
    public subscript(category: ModerationCategory) -> Rule? {
        get { adult[category] }
        set {
            mature[category] = newValue
            adult[category] = newValue
            minor[category] = newValue
        }
    }

    /// The rule for a category. Sexual content with minors is blocked from 0.2 on whatever the policy says.
    public func rule(for category: ModerationCategory, age: AgeBand, rating: CharacterRating) -> Rule {
        let rules = age.isCautious ? minor : rating == .mature ? mature : adult
        var rule = rules[category] ?? other
        if category == .sexualMinors { rule.block = min(rule.block ?? 1, 0.2) }
        return rule
    }

    /// Decides about findings.
    public func decide(
        _ findings: [ModerationFinding], age: AgeBand = .unknown, rating: CharacterRating = .general
    ) -> ModerationDecision {
        var decision = ModerationDecision()
        for finding in findings {
            let rule = rule(for: finding.category, age: age, rating: rating)
            let action = rule.action(for: finding.score)
            guard action != .allow else { continue }
            decision.action = max(decision.action, action)
            decision.reasons.append(ModerationDecision.Reason(finding: finding, action: action))
        }
        return decision
    }
}

extension ModerationPolicy.Rule {
    /// A score that is no number is as bad as can be.
    func action(for score: Double) -> ModerationAction {
        func reaches(_ threshold: Double?) -> Bool { threshold.map { !(score < $0) } ?? false }
        return reaches(crisis) ? .crisis : reaches(block) ? .block : reaches(flag) ? .flag : .allow
    }
}

extension ModerationPolicy {
    /// A beginning, for the categories and the scores of OpenAI's moderation: fiction may be violent and dark, threats
    /// and instructions for harm don't pass, talk of suicide leads to help. A host measures on its own texts.
    public static let standard = ModerationPolicy(
        mature: shared.merging([.sexual: Rule()]) { $1 },
        adult: shared,
        minor: shared.merging([
            .sexual: Rule(flag: 0.2, block: 0.4), .violenceGraphic: Rule(flag: 0.3, block: 0.6),
            .violence: Rule(flag: 0.6, block: 0.95), .harassment: Rule(flag: 0.5, block: 0.9),
            .illicit: Rule(flag: 0.3, block: 0.6), .selfHarm: Rule(flag: 0.2, block: 0.7),
            .hate: Rule(flag: 0.3, block: 0.5), .selfHarmIntent: Rule(crisis: 0.3),
        ]) { $1 })

    private static let shared: [ModerationCategory: Rule] = [
        .harassment: Rule(flag: 0.7), .harassmentThreatening: Rule(flag: 0.5, block: 0.9),
        .hate: Rule(flag: 0.4, block: 0.8), .hateThreatening: Rule(flag: 0.2, block: 0.5),
        .illicit: Rule(flag: 0.5, block: 0.9), .illicitViolent: Rule(flag: 0.3, block: 0.7),
        .selfHarm: Rule(flag: 0.4), .selfHarmIntent: Rule(crisis: 0.5),
        .selfHarmInstructions: Rule(flag: 0.2, block: 0.4), .sexual: Rule(flag: 0.5, block: 0.8),
        .sexualMinors: Rule(block: 0.2), .violence: Rule(flag: 0.8), .violenceGraphic: Rule(flag: 0.7),
    ]
}
