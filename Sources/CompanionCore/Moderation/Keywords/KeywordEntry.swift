/// One way to write a term, as the automaton holds it.
struct KeywordEntry: Sendable {
    /// Letters of one value in a row, whatever separates them.
    struct Run: Sendable, Hashable {
        var value: UInt32
        var count: Int
        /// How many of them the term itself writes as digits or symbols.
        var signs: Int
        /// Whether the term has a separator right before the run, or somewhere within.
        var hasGapBefore: Bool
        var hasGapInside: Bool
    }

    var term: Int
    /// An innocent of the term instead of the term.
    var isAllowance: Bool
    var isWholeWord: Bool
    /// Whether the term has innocents, so that a match must wait until none can come of it.
    var hasAllowance: Bool
    var runs: [Run]
    /// How many letters L are to be written as "1" or "|": folding reads these as I.
    var writtenLs: Int
    var letters: Int
    /// How many of the letters the term itself writes as letters.
    var plainLetters: Int

    /// Whether it can be found although a letter follows.
    var mayEndInside: Bool { !isWholeWord || isAllowance || runs.last?.value.isUnspaced == true }

    init(
        term: Int, letters: [FoldedLetter], isAllowance: Bool = false, isWholeWord: Bool = false,
        hasAllowance: Bool = false, writtenLs: Int = 0
    ) {
        var runs: [Run] = []
        for letter in letters {
            let sign = letter.sign == .letter ? 0 : 1
            if runs.last?.value == letter.value.value {
                runs[runs.count - 1].count += 1
                runs[runs.count - 1].signs += sign
                if letter.gap != .none { runs[runs.count - 1].hasGapInside = true }
            } else {
                runs.append(
                    Run(
                        value: letter.value.value, count: 1, signs: sign, hasGapBefore: letter.gap != .none,
                        hasGapInside: false))
            }
        }
        self.term = term
        self.isAllowance = isAllowance
        self.isWholeWord = isWholeWord
        self.hasAllowance = hasAllowance
        self.runs = runs
        self.writtenLs = writtenLs
        self.letters = letters.count
        plainLetters = letters.count { $0.sign == .letter }
    }
}

extension KeywordEntry {
    /// The ways to write a term and its innocents.
    static func entries(for term: KeywordTerm, at index: Int) throws(CompanionError) -> [KeywordEntry] {
        var entries: [KeywordEntry] = []
        for letters in try spellings(of: term.text, at: index) {
            for (letters, writtenLs) in readingsOfL(letters) {
                entries.append(
                    KeywordEntry(
                        term: index, letters: letters, isWholeWord: term.placement == .wholeWord,
                        hasAllowance: !term.allowed.isEmpty, writtenLs: writtenLs))
            }
        }
        for phrase in term.allowed {
            for letters in try spellings(of: phrase, at: index) {
                entries.append(KeywordEntry(term: index, letters: letters, isAllowance: true))
            }
        }
        return entries
    }

    /// The folded text, and where the shapes of its capitals differ from those of its small letters, these.
    private static func spellings(of text: String, at index: Int) throws(CompanionError) -> [[FoldedLetter]] {
        let letters = TextFolding.letters(of: text)
        guard !letters.isEmpty, letters.count <= 256 else {
            throw CompanionError(.invalidInput, "Term \(index) (counted from 0) needs 1 to 256 letters or digits.")
        }
        guard text.utf8.contains(where: { $0 >= 0x80 }) else { return [letters] }
        let others = [text.uppercased(), text.lowercased()].map(TextFolding.letters)
        return others.reduce(into: [letters]) { spellings, other in
            if !spellings.contains(where: { $0.map(\.value) == other.map(\.value) }) { spellings.append(other) }
        }
    }

    /// The term with each choice of its first three Ls taken for an I, and with all: "ki11" is folded to "kiii".
    private static func readingsOfL(_ letters: [FoldedLetter]) -> [([FoldedLetter], Int)] {
        let places = letters.indices.filter { letters[$0].value == "l" && letters[$0].sign == .letter }
        guard letters.count > 2, !places.isEmpty else { return [(letters, 0)] }
        let choices = min(places.count, 3)
        var readings = (0..<1 << choices).map { choice in
            places.prefix(choices).enumerated().filter { choice & 1 << $0.offset != 0 }.map(\.element)
        }
        if places.count > choices { readings.append(places) }
        return readings.map { chosen in
            var letters = letters
            for place in chosen { letters[place].value = "i" }
            return (letters, chosen.count)
        }
    }
}
