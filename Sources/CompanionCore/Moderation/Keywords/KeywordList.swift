/// Reads terms from text, one in a line:
///
/// ```text
/// # A comment. Blank lines count for nothing.
/// [harassment]                  the category of the terms below
/// idiot
/// total loser = 0.6             with a score; 1 where none is given
/// *crap* - scrap, crape         also within words, but not within these
/// ```
public enum KeywordList {
    /// Throws `invalidInput` with the number of the line where one can't be read, and `limitExceeded` beyond
    /// `maximumTerms`. No message holds a term.
    public static func terms(
        in text: String, maximumTerms: Int = 100_000
    ) throws(CompanionError) -> [KeywordTerm] {
        var category: ModerationCategory?
        var terms: [KeywordTerm] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = String(line).trimmed
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("["), let end = line.firstIndex(of: "]") {
                category = ModerationCategory(String(line[line.index(after: line.startIndex)..<end]).trimmed)
                continue
            }
            guard let category, let term = term(in: line, of: category) else {
                let what = category == nil ? "a [category] must stand above the first term" : "it is no term"
                throw CompanionError(.invalidInput, "Line \(index + 1) of the word list can't be read: \(what).")
            }
            guard terms.count < maximumTerms else {
                throw CompanionError(.limitExceeded, "The word list has more than \(maximumTerms) terms.")
            }
            terms.append(term)
        }
        return terms
    }

    private static func term(in line: String, of category: ModerationCategory) -> KeywordTerm? {
        var text = line
        var allowed: [String] = []
        if let dash = text.firstRange(of: " - ") {
            allowed = text[dash.upperBound...].split(separator: ",").map { String($0).trimmed }
            text = String(text[..<dash.lowerBound]).trimmed
        }
        var score = 1.0
        if let equals = text.firstRange(of: " = ") {
            guard let given = Double(String(text[equals.upperBound...]).trimmed), (0...1).contains(given) else {
                return nil
            }
            score = given
            text = String(text[..<equals.lowerBound]).trimmed
        }
        let isSubstring = text.count > 2 && text.hasPrefix("*") && text.hasSuffix("*")
        if isSubstring { text = String(text.dropFirst().dropLast()) }
        guard !text.isBlank, !allowed.contains(where: \.isBlank) else { return nil }
        return KeywordTerm(
            text, category: category, score: score, placement: isSubstring ? .substring : .wholeWord, allowed: allowed)
    }
}
