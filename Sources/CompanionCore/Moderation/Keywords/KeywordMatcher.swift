/// Finds many thousand terms in one pass, through disguise.
///
/// ```swift
/// let matcher = try KeywordMatcher([KeywordTerm("damn", category: ModerationCategory("profanity"))])
/// matcher.matches(in: "D.a.m.n it!").count  // 1
/// ```
///
/// Texts are folded (``TextFolding``) and compared with all terms at once (`KeywordAutomaton`); what looks like a term is
/// then checked by rules that tell disguises from innocent words (`KeywordCheck`). Making a matcher takes some
/// milliseconds for each thousand terms, and 1 to 2 kB of memory for each; it never changes, and any number of tasks may use it.
public struct KeywordMatcher: Sendable {
    public let terms: [KeywordTerm]
    private let automaton: KeywordAutomaton

    /// Throws `invalidInput` where a term, or one of its innocents, has no letter or digit, or more than 256.
    public init(_ terms: [KeywordTerm]) throws(CompanionError) {
        self.terms = terms
        var entries: [KeywordEntry] = []
        for (index, term) in terms.enumerated() { entries += try KeywordEntry.entries(for: term, at: index) }
        automaton = KeywordAutomaton(entries)
    }

    /// All occurrences, also overlapping ones, in the order of their ends.
    public func matches(in text: String) -> [KeywordMatch] {
        var scan = scan()
        let matches = scan.feed(text) + scan.finish()
        return matches.sorted {
            ($0.range.upperBound, $0.range.lowerBound, $0.term) < ($1.range.upperBound, $1.range.lowerBound, $1.term)
        }
    }

    /// A search in a text that comes piece by piece.
    public func scan() -> KeywordScan { KeywordScan(automaton) }
}
