/// What a text may be flagged for. A closed set would not do: hosts have categories of their own.
public struct ModerationCategory: Sendable, Hashable, Codable, CustomStringConvertible {
    private enum Kind: Sendable, Hashable {
        case known(Known)
        case own(String)
    }

    private enum Known: String, Sendable, CaseIterable {
        case harassment, hate, illicit, sexual, violence
        case harassmentThreatening = "harassment/threatening"
        case hateThreatening = "hate/threatening"
        case illicitViolent = "illicit/violent"
        case selfHarm = "self-harm"
        case selfHarmIntent = "self-harm/intent"
        case selfHarmInstructions = "self-harm/instructions"
        case sexualMinors = "sexual/minors"
        case violenceGraphic = "violence/graphic"
    }

    private let kind: Kind

    /// The category of that name: one of the static members where it is theirs, else the host's own.
    public init(_ name: String) { kind = Known(rawValue: name).map(Kind.known) ?? .own(name) }
    private init(_ known: Known) { kind = .known(known) }

    public static let harassment = ModerationCategory(.harassment)
    public static let harassmentThreatening = ModerationCategory(.harassmentThreatening)
    public static let hate = ModerationCategory(.hate)
    public static let hateThreatening = ModerationCategory(.hateThreatening)
    public static let illicit = ModerationCategory(.illicit)
    public static let illicitViolent = ModerationCategory(.illicitViolent)
    /// Self-harm as a subject; talk of one's own intent is ``selfHarmIntent``.
    public static let selfHarm = ModerationCategory(.selfHarm)
    /// Somebody means to harm themselves: the way of a crisis, not of a block.
    public static let selfHarmIntent = ModerationCategory(.selfHarmIntent)
    public static let selfHarmInstructions = ModerationCategory(.selfHarmInstructions)
    public static let sexual = ModerationCategory(.sexual)
    /// Sexual content with minors: no policy lets it pass.
    public static let sexualMinors = ModerationCategory(.sexualMinors)
    public static let violence = ModerationCategory(.violence)
    public static let violenceGraphic = ModerationCategory(.violenceGraphic)

    /// The thirteen that OpenAI's moderation names (2024-09), by the same names.
    public static let known = Known.allCases.map { ModerationCategory($0) }

    /// Whether it is none of ``known``.
    public var isOwn: Bool { if case .own = kind { true } else { false } }

    public var description: String {
        switch kind {
        case .known(let known): known.rawValue
        case .own(let name): name
        }
    }

    public init(from decoder: any Decoder) throws { self.init(try String(from: decoder)) }
    public func encode(to encoder: any Encoder) throws { try description.encode(to: encoder) }
}
