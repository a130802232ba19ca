/// A word or phrase to look for. Its description never shows it.
public struct KeywordTerm: Sendable, Hashable {
    /// Where a term may stand.
    public enum Placement: Sendable, Hashable {
        /// Only as words of its own: "hell" is in "hell!" and not in "hello". Scripts that write no spaces have no words
        /// in this sense, and match anywhere.
        case wholeWord
        /// Also within words; give such a term its innocents (``KeywordTerm/allowed``).
        case substring
    }

    /// The term as people write it. Case, accents and the like make no difference.
    public var text: String
    public var category: ModerationCategory
    /// How sure a match is to be of the category, from 0 to 1; compared with the policy's thresholds.
    public var score: Double
    public var placement: Placement
    /// Words and phrases within which the term is innocent: "Scunthorpe". They count where they are written plainly, and
    /// wherever they stand: "assist" covers "assisting".
    public var allowed: [String]

    public init(
        _ text: String, category: ModerationCategory, score: Double = 1, placement: Placement = .wholeWord,
        allowed: [String] = []
    ) {
        self.text = text
        self.category = category
        self.score = score
        self.placement = placement
        self.allowed = allowed
    }
}

extension KeywordTerm: CustomStringConvertible, CustomReflectable {
    public var description: String { "a term of \(category)" }
    public var customMirror: Mirror { Mirror(self, children: ["category": category, "score": score]) }
}

/// An occurrence of a term in a text.
public struct KeywordMatch: Sendable, Hashable {
    /// The index of the term among those that the matcher was made with.
    public var term: Int
    /// Offsets in the UTF-8 of the original text: from the first letter to the last, separators between them included.
    public var range: Range<Int>

    public init(term: Int, range: Range<Int>) {
        self.term = term
        self.range = range
    }

    /// The range in the text that was searched.
    public func range(in text: String) -> Range<String.Index> {
        let utf8 = text.utf8
        let start = utf8.index(utf8.startIndex, offsetBy: range.lowerBound)
        return start..<utf8.index(start, offsetBy: range.count)
    }
}
