import CompanionCore

/// The rules of matching said a second time, without an automaton: each term at each pair of letters.
struct NaiveMatcher {
    struct Run: Equatable {
        var value: Unicode.Scalar
        var letters: [FoldedLetter]

        var signs: Int { letters.count { $0.sign != .letter } }
    }

    var terms: [KeywordTerm]

    func matches(in text: String) -> [KeywordMatch] {
        let letters = TextFolding.letters(of: text)
        var matches: Set<KeywordMatch> = []
        for (index, term) in terms.enumerated() {
            let covered = term.allowed.flatMap { phrase in
                spans(
                    of: KeywordTerm(phrase, category: term.category, placement: .substring), isAllowance: true, letters)
            }
            for span in spans(of: term, isAllowance: false, letters)
            where !covered.contains(where: { $0.lowerBound <= span.lowerBound && $0.upperBound >= span.upperBound }) {
                matches.insert(KeywordMatch(term: index, range: span))
            }
        }
        return matches.sorted {
            ($0.range.upperBound, $0.range.lowerBound, $0.term) < ($1.range.upperBound, $1.range.lowerBound, $1.term)
        }
    }

    func spans(of term: KeywordTerm, isAllowance: Bool, _ text: [FoldedLetter]) -> [Range<Int>] {
        let pattern = TextFolding.letters(of: term.text)
        let ls = pattern.indices.filter { pattern[$0].value == "l" && pattern[$0].sign == .letter }
        // Of each choice of Ls to be written as "1"; the tests' terms have three at most.
        let choices = isAllowance || pattern.count <= 2 ? 1 : 1 << ls.count
        var spans: [Range<Int>] = []
        for choice in 0..<choices {
            var pattern = pattern
            let chosen = ls.enumerated().filter { choice & 1 << $0.offset != 0 }.map(\.element)
            for place in chosen { pattern[place].value = "i" }
            for end in text.indices {
                if let start = (0...end).last(where: { start in
                    isMatch(pattern, Array(text[start...end]), of: term, isAllowance, writtenLs: chosen.count)
                        && isFree(start, end, in: text, term)
                }) {
                    let span = text[start].range.lowerBound..<text[end].range.upperBound
                    if !spans.contains(span) { spans.append(span) }
                }
            }
        }
        return spans
    }

    /// Whole runs, or what is cut from them by a gap; whole words where the term asks for them.
    private func isFree(_ start: Int, _ end: Int, in text: [FoldedLetter], _ term: KeywordTerm) -> Bool {
        let before = start > 0 ? text[start - 1] : nil
        let after = end + 1 < text.count ? text[end + 1] : nil
        if let before, before.value == text[start].value, text[start].gap == .none { return false }
        if let after, after.value == text[end].value, after.gap == .none { return false }
        guard term.placement == .wholeWord else { return true }
        let opens =
            before == nil || text[start].gap != .none || before?.sign == .symbol || isUnspaced(before)
            || isUnspaced(text[start])
        let closes =
            after == nil || after?.gap != FoldedLetter.Gap.none || after?.sign == .symbol || isUnspaced(after)
            || isUnspaced(text[end])
        return opens && closes
    }

    /// Of the scripts without spaces between words, those that the tests use.
    private func isUnspaced(_ letter: FoldedLetter?) -> Bool {
        letter.map { ("\u{4E00}"..."\u{9FFF}").contains($0.value) } ?? false
    }

    private func isMatch(
        _ pattern: [FoldedLetter], _ text: [FoldedLetter], of term: KeywordTerm, _ isAllowance: Bool, writtenLs: Int
    ) -> Bool {
        if text.dropFirst().contains(where: { $0.gap == .end }) { return false }
        let wanted = runs(pattern)
        let found = runs(text)
        guard wanted.map(\.value) == found.map(\.value) else { return false }
        let isStrict = isAllowance || pattern.count <= 2
        var extra = 0
        for (run, other) in zip(wanted, found) {
            guard fits(other.letters.count, run.letters.count, run.value, pattern.count, isStrict) else { return false }
            guard other.signs >= run.signs else { return false }
            extra += other.signs - run.signs
        }
        if extra > 0 {
            if isStrict || pattern.count == 3 && extra > 1 { return false }
            let hasPlain = pattern.contains { $0.sign == .letter }
            if hasPlain, text.allSatisfy({ $0.sign != .letter }) { return false }
        }
        guard text.count(where: \.mayBeL) >= writtenLs else { return false }
        return words(wanted, found).allSatisfy { word in
            let inner = word.dropFirst().map(\.gap)
            if inner.allSatisfy({ $0 == .none }) { return true }
            if isStrict { return false }
            if inner.allSatisfy({ $0 != .none }) { return true }
            return pattern.count > 3 && inner.allSatisfy { $0 <= .soft }
        }
    }

    private func fits(_ count: Int, _ wanted: Int, _ value: Unicode.Scalar, _ letters: Int, _ isStrict: Bool) -> Bool {
        if count == wanted { return true }
        if isStrict || count < wanted { return false }
        return count >= 3 || letters > 3 && !"bcdefglmnoprstz".unicodeScalars.contains(value)
    }

    private func runs(_ letters: [FoldedLetter]) -> [Run] {
        letters.reduce(into: []) { runs, letter in
            if runs.last?.value == letter.value {
                runs[runs.count - 1].letters.append(letter)
            } else {
                runs.append(Run(value: letter.value, letters: [letter]))
            }
        }
    }

    /// The letters of the text by the words of the term.
    private func words(_ wanted: [Run], _ found: [Run]) -> [[FoldedLetter]] {
        var words: [[FoldedLetter]] = [[]]
        for (index, (run, other)) in zip(wanted, found).enumerated() {
            let hasGapInside = run.letters.dropFirst().contains { $0.gap != .none }
            for (place, letter) in other.letters.enumerated() {
                let begins =
                    place == 0 ? index > 0 && run.letters[0].gap != .none : hasGapInside && letter.gap != .none
                if begins { words.append([]) }
                words[words.count - 1].append(letter)
            }
        }
        return words
    }
}
