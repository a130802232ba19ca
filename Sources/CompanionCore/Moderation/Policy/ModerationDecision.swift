/// What is done about a text; each is graver than the one before.
public enum ModerationAction: Int, Sendable, Hashable, Comparable, Codable, CaseIterable, CustomStringConvertible {
    case allow
    /// It goes through, and is recorded.
    case flag
    /// It does not go through.
    case block
    /// The person is referred to help. The text goes through: who is in a crisis is not turned away.
    case crisis

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// The action of that name: `allow`, `flag`, `block` or `crisis`.
    public init?(_ name: String) {
        guard let action = Self.allCases.first(where: { $0.description == name }) else { return nil }
        self = action
    }

    public var description: String {
        switch self {
        case .allow: "allow"
        case .flag: "flag"
        case .block: "block"
        case .crisis: "crisis"
        }
    }
}

/// Something that was found in a text; it never holds the text.
public struct ModerationFinding: Sendable, Hashable {
    /// Who found it.
    public enum Source: Sendable, Hashable {
        /// The term of that index in the host's list.
        case keyword(term: Int)
        /// A model, by its name.
        case model(String)
    }

    public var category: ModerationCategory
    /// How sure it is, from 0 to 1.
    public var score: Double
    public var source: Source

    public init(category: ModerationCategory, score: Double, source: Source) {
        self.category = category
        self.score = score
        self.source = source
    }
}

/// What a policy says about a text, and why. Safe to log: it holds categories, scores and sources, and never the text.
public struct ModerationDecision: Sendable, Hashable, CustomStringConvertible {
    /// A finding that had consequences.
    public struct Reason: Sendable, Hashable {
        public var finding: ModerationFinding
        public var action: ModerationAction

        public init(finding: ModerationFinding, action: ModerationAction) {
            self.finding = finding
            self.action = action
        }
    }

    /// The gravest of the reasons'.
    public var action: ModerationAction
    public var reasons: [Reason]
    /// True where the model failed and the keywords alone decided.
    public var isWithoutModel: Bool

    public init(action: ModerationAction = .allow, reasons: [Reason] = [], isWithoutModel: Bool = false) {
        self.action = action
        self.reasons = reasons
        self.isWithoutModel = isWithoutModel
    }

    /// Whether something in the text is to be kept from going through; also in a crisis, where something else is.
    public var blocks: Bool { reasons.contains { $0.action == .block } }
    public var isCrisis: Bool { action == .crisis }

    /// The categories that were blocked, without repetition, in words for people.
    public var blockedCategories: [ModerationCategory] {
        reasons.reduce(into: []) { categories, reason in
            if reason.action == .block, !categories.contains(reason.finding.category) {
                categories.append(reason.finding.category)
            }
        }
    }

    /// Adds another decision about the same text: the graver action counts, the reasons of both stay.
    public mutating func add(_ other: ModerationDecision) {
        action = max(action, other.action)
        reasons += other.reasons
        isWithoutModel = isWithoutModel || other.isWithoutModel
    }

    /// Why the text was blocked, in words for the person.
    public var reasonForPerson: String {
        let categories = blockedCategories.map(\.description).joined(separator: ", ")
        return "It goes against the rules here" + (categories.isEmpty ? "." : " (\(categories)).")
    }

    public var description: String {
        let reasons = reasons.map { "\($0.action) \($0.finding.category) \($0.finding.score) by \($0.finding.source)" }
        let model = isWithoutModel ? ["without the model"] : []
        return "\(action)" + (reasons.isEmpty && model.isEmpty ? "" : " (\((reasons + model).joined(separator: "; ")))")
    }
}
