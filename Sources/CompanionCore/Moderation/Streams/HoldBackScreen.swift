/// Screens a reply by keywords while it streams: a pure state machine that holds text back while it may become a term.
///
/// No character of a span that is blocked is ever delivered, however the reply is cut into pieces. What is held is only
/// what a term or its innocents may still come of, so that it is as long as the longest of those that can still match:
/// in plain text a few letters (``longestDelay`` says how many there were). It is bounded, since nothing is followed
/// through more separators, repetitions and marks than disguises use.
public struct HoldBackScreen: ReplyScreen, Sendable {
    /// What a step lets through, and what was found in it or held back for it.
    struct Step {
        var text = ""
        var decision = ModerationDecision()
    }

    private let terms: [KeywordTerm]
    private let policy: ModerationPolicy
    private let age: AgeBand
    private let rating: CharacterRating
    private var scan: KeywordScan
    /// The text that is held back, and where it begins in the reply.
    private var held: [UInt8] = []
    private var heldStart = 0
    private var isEnded = false
    /// False where nothing that the scan may find is blocked: then nothing need wait for it.
    private let holdsBack: Bool
    /// The most characters (Unicode scalars) that were held back at the end of a piece.
    public private(set) var longestDelay = 0

    public init(
        _ matcher: KeywordMatcher, policy: ModerationPolicy, age: AgeBand = .unknown,
        rating: CharacterRating = .general
    ) {
        let canBlock = matcher.canBlock(under: policy, age: age, rating: rating)
        self.init(matcher, policy: policy, age: age, rating: rating, holdsBack: canBlock)
    }

    init(
        _ matcher: KeywordMatcher, policy: ModerationPolicy, age: AgeBand, rating: CharacterRating, holdsBack: Bool
    ) {
        terms = matcher.terms
        self.holdsBack = holdsBack
        self.policy = policy
        self.age = age
        self.rating = rating
        scan = matcher.scan()
    }

    public mutating func feed(_ piece: String) -> ScreenedText { ScreenedText(advance(piece)) }
    public mutating func finish() -> ScreenedText { ScreenedText(end()) }

    mutating func advance(_ piece: String) -> Step {
        guard !isEnded else { return Step() }
        let matches = scan.feed(piece)
        guard holdsBack else { return Step(text: piece, decision: decision(on: matches)) }
        let start = scan.undecidedStart
        if matches.isEmpty, held.isEmpty, start == heldStart + piece.utf8.count {
            // Nothing to weigh, nothing to hold: the piece as it came.
            heldStart = start
            return Step(text: piece)
        }
        held.append(contentsOf: piece.utf8)
        return step(matches, to: start)
    }

    mutating func end() -> Step {
        guard !isEnded else { return Step() }
        let step = step(scan.finish(), to: heldStart + held.count)
        isEnded = true
        return step
    }

    /// Lets the held text go as far as nothing that is blocked begins before `end`.
    private mutating func step(_ matches: [KeywordMatch], to end: Int) -> Step {
        var end = end
        let decision = matches.isEmpty ? ModerationDecision() : decision(on: matches, end: &end)
        let count = min(held.count, max(0, end - heldStart))
        let text = String(decoding: held[..<count], as: UTF8.self)
        if isEnded { held = [] } else { held.removeSubrange(..<count) }
        heldStart += count
        if !held.isEmpty { longestDelay = max(longestDelay, held.count { $0 & 0xC0 != 0x80 }) }
        return Step(text: text, decision: decision)
    }

    private func decision(on matches: [KeywordMatch]) -> ModerationDecision {
        guard !matches.isEmpty else { return ModerationDecision() }
        return policy.decide(matches.map { terms[$0.term].finding(at: $0.term) }, age: age, rating: rating)
    }

    /// Ends the reply where a match is blocked, and moves `end` before it.
    private mutating func decision(on matches: [KeywordMatch], end: inout Int) -> ModerationDecision {
        var decision = ModerationDecision()
        for match in matches {
            let next = self.decision(on: [match])
            decision.add(next)
            if next.blocks {
                end = min(end, match.range.lowerBound)
                isEnded = true
            }
        }
        return decision
    }
}

extension KeywordMatcher {
    /// Whether the policy blocks any of the terms.
    func canBlock(under policy: ModerationPolicy, age: AgeBand, rating: CharacterRating) -> Bool {
        terms.contains { policy.rule(for: $0.category, age: age, rating: rating).action(for: $0.score) == .block }
    }
}

extension ScreenedText {
    init(_ step: HoldBackScreen.Step) {
        self.init(step.text, verdict: step.decision.blocks ? .block(reason: step.decision.reasonForPerson) : .allow)
    }
}

extension KeywordTerm {
    func finding(at index: Int) -> ModerationFinding {
        ModerationFinding(category: category, score: score, source: .keyword(term: index))
    }
}
