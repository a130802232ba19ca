/// What each feature of a text costs, in hundredths of a token.
///
/// Fitted to the counts of the vocabularies on conversations, prose and code. What long runs cost is a bound rather
/// than a fit: without it, a megabyte of symbols would count as one token.
struct EstimateWeights: Sendable {
    /// A run of Latin letters.
    let word = 100
    /// Each letter of a Latin word past the fourth, in text that is English and in other text.
    let englishTail: Int
    let otherTail: Int
    /// Each letter of a Latin or Cyrillic word past the 24th, which is no word of a language.
    let endlessTail = 50
    /// Each three digits of a run, and what is left.
    let digits = 110
    /// A run of two or more spaces or tabs, or a space before a digit, Han, kana, an emoji or the end.
    let spaces = 60
    /// A run of newlines with the spaces between and after them.
    let newlines = 100
    /// A run of punctuation, ASCII or other.
    let symbols = 75
    /// Each character past the fifth of a run that differs from the one before it: of punctuation, and of spaces.
    let symbolChange = 60
    let spaceChange = 25
    /// Each character past the sixteenth of a run that repeats the one before it.
    let `repeat` = 6
    let cyrillicWord: Int
    /// What each character costs beside the run that it belongs to, by its kind.
    let characters: [Int]

    init(_ vocabulary: TokenVocabulary) {
        let isO200k = vocabulary == .o200k
        englishTail = isO200k ? 5 : 8
        otherTail = isO200k ? 15 : 25
        cyrillicWord = isO200k ? 100 : 150
        characters = EstimateKind.allCases.map { kind in
            switch kind {
            case .accent: isO200k ? 70 : 100
            case .mark: 160
            case .cyrillic: isO200k ? 17 : 35
            case .greek: isO200k ? 42 : 105
            case .arabic: isO200k ? 40 : 85
            case .hebrew: isO200k ? 45 : 115
            case .indic: isO200k ? 38 : 130
            case .thai: isO200k ? 40 : 90
            case .armenianOrGeorgian: isO200k ? 40 : 210
            case .burmeseOrKhmer: isO200k ? 60 : 190
            case .hangul: isO200k ? 80 : 130
            case .kana: isO200k ? 65 : 95
            case .han: isO200k ? 80 : 125
            case .emoji: isO200k ? 190 : 260
            case .joiner: isO200k ? 80 : 130
            case .other: 80  // for each byte of UTF-8
            case .letter, .digit, .space, .newline, .symbol, .wideSymbol: 0
            }
        }
    }
}
