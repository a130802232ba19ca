/// Equal letters of a text with nothing between them, as the scan remembers them for the check of a match.
struct LetterGroup: Sendable {
    var start = 0
    var end = 0
    /// Counts the runs; groups of one run are equal letters with gaps between.
    var run = 0
    var value: UInt32 = 0
    var count: UInt16 = 0
    /// How many were written as digits or symbols.
    var signs: UInt16 = 0
    /// How many were written as "1" or "|".
    var maybeLs: UInt16 = 0
    var gap = FoldedLetter.Gap.none
    /// Whether the last was written as a symbol, which may as well be punctuation.
    var endsWithSymbol = false
}

extension UInt32 {
    /// Whether the scalar belongs to a script that writes no spaces between words.
    var isUnspaced: Bool {
        switch self {
        case 0..<0xE00: false
        case 0xE00...0xEFF, 0x1000...0x109F, 0x1780...0x17FF, 0x2E80...0xA4CF, 0xF900...0xFAFF, 0x1_F000...0x3_FFFF:
            true
        default: false
        }
    }

    /// Whether English hardly ever doubles the letter, so that one that is doubled is taken for a single one. Doubling
    /// others makes other words: "raping" and "rapping".
    var isSeldomDoubled: Bool {
        guard KeywordAutomaton.isLatin(self) else { return true }
        // a, h, i, j, k, q, u, v, w, x, y
        return 0b1_1111_0001_0000_0111_1000_0001 & 1 << (self - 97) != 0
    }
}
