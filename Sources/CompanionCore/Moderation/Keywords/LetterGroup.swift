/// Equal letters of a text with nothing between them, as the scan remembers them for the check of a match.
struct LetterGroup: Sendable {
    var start = 0
    /// The bytes up to the end of the last.
    var width: UInt32 = 0
    /// Counts the runs; groups of one run are equal letters with gaps between.
    var run: UInt32 = 0
    var value: UInt32 = 0
    var count: UInt8 = 0
    /// How many were written as digits or symbols.
    var signs: UInt8 = 0
    /// How many were written as "1" or "|".
    var maybeLs: UInt8 = 0
    /// The gap before them, and in the highest bit whether the last was written as a symbol, which may as well be
    /// punctuation.
    private var bits: UInt8 = 0

    var end: Int { start + Int(width) }
    var gap: FoldedLetter.Gap { FoldedLetter.Gap(rawValue: bits & 0x7F) ?? .none }
    var endsWithSymbol: Bool { bits & 0x80 != 0 }

    init() {}

    @inline(__always)
    init(
        _ value: UInt32, _ range: Range<Int>, run: UInt32, _ gap: FoldedLetter.Gap, _ sign: FoldedLetter.Sign,
        mayBeL: Bool
    ) {
        start = range.lowerBound
        width = UInt32(truncatingIfNeeded: range.upperBound - range.lowerBound)
        self.run = run
        self.value = value
        count = 1
        signs = sign == .letter ? 0 : 1
        maybeLs = mayBeL ? 1 : 0
        bits = gap.rawValue | (sign == .symbol ? 0x80 : 0)
    }

    /// Whether a word may begin with the letters, given those before; nil where there are none.
    func isBoundary(after previous: LetterGroup?) -> Bool {
        guard let previous, gap == .none, !value.isUnspaced else { return true }
        return previous.endsWithSymbol || previous.value.isUnspaced
    }

    /// One more of them, with nothing between.
    mutating func append(to end: Int, _ sign: FoldedLetter.Sign, mayBeL: Bool) {
        width = UInt32(truncatingIfNeeded: end - start)
        // No more are counted than matter.
        if count <= KeywordRunner.longestRun { count += 1 }
        if sign != .letter, signs < count { signs += 1 }
        if mayBeL, maybeLs < count { maybeLs += 1 }
        bits = bits & 0x7F | (sign == .symbol ? 0x80 : 0)
    }
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
