/// Screens a reply by keywords while it streams: a pure state machine that holds text back while it may become a term.
///
/// No character of a span that is blocked is ever delivered, however the reply is cut into pieces. What is held is only
/// what a term or its innocents may still come of, so that it is as long as the longest of those that can still match:
/// in plain text a few letters (``longestDelay`` says how many there were). It is bounded, since nothing is followed
/// through more separators, repetitions and marks than disguises use.
public struct HoldBackScreen: ReplyScreen, Sendable {
    /// What a step lets through, and what was found in it or held back for it.
    struct Step {
        var text: String
        var decision: ModerationDecision
    }

    private let terms: [KeywordTerm]
    private let policy: ModerationPolicy
    private let age: AgeBand
    private let rating: CharacterRating
    private var scan: KeywordScan
    /// The text that is held back, and where it begins in the reply.
    private var held = ""
    private var heldStart = 0
    private var isEnded = false
    /// The most characters that were held back at the end of a piece.
    public private(set) var longestDelay = 0

    public init(
        _ matcher: KeywordMatcher, policy: ModerationPolicy, age: AgeBand = .unknown,
        rating: CharacterRating = .general
    ) {
        terms = matcher.terms
        self.policy = policy
        self.age = age
        self.rating = rating
        scan = matcher.scan()
    }

    public mutating func feed(_ piece: String) -> ScreenedText { ScreenedText(advance(piece)) }
    public mutating func finish() -> ScreenedText { ScreenedText(end()) }

    mutating func advance(_ piece: String) -> Step {
        guard !isEnded else { return Step(text: "", decision: ModerationDecision()) }
        let matches = scan.feed(piece)
        let start = scan.undecidedStart
        if matches.isEmpty, held.isEmpty, start == heldStart + piece.utf8.count {
            // Nothing to weigh, nothing to hold: the piece as it came.
            heldStart = start
            return Step(text: piece, decision: ModerationDecision())
        }
        held += piece
        return step(matches, to: start)
    }

    mutating func end() -> Step {
        guard !isEnded else { return Step(text: "", decision: ModerationDecision()) }
        let step = step(scan.finish(), to: heldStart + held.utf8.count)
        isEnded = true
        return step
    }

    private mutating func step(_ matches: [KeywordMatch], to end: Int) -> Step {
        var decision = ModerationDecision()
        var end = end
        for match in matches {
            let next = policy.decide([terms[match.term].finding(at: match.term)], age: age, rating: rating)
            decision.add(next)
            if next.blocks {
                end = min(end, match.range.lowerBound)
                isEnded = true
            }
        }
        let cut = held.utf8.index(held.startIndex, offsetBy: max(0, end - heldStart))
        let text = String(held[..<cut])
        if isEnded { held = "" } else { held.removeSubrange(..<cut) }
        heldStart += text.utf8.count
        if !held.isEmpty { longestDelay = max(longestDelay, held.count) }
        return Step(text: text, decision: decision)
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
