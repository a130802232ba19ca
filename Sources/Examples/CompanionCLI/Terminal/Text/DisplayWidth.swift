/// How many columns text takes on a terminal. Terminals differ; this follows what most of them do.
enum DisplayWidth {
    /// The columns of `text`, which holds no control character.
    static func of(_ text: some StringProtocol) -> Int {
        text.reduce(0) { $0 + of($1) }
    }

    /// The columns of one grapheme cluster: 2 for a sequence that is drawn as one emoji, else the sum of its scalars,
    /// as terminals count that know nothing of clusters.
    static func of(_ character: Character) -> Int {
        let scalars = character.unicodeScalars
        let first = scalars[scalars.startIndex]
        if scalars.index(after: scalars.startIndex) == scalars.endIndex { return of(first) }
        return isEmojiSequence(scalars) ? 2 : scalars.reduce(0) { $0 + of($1) }
    }

    /// The columns of a scalar that stands alone: 0 for what combines with the one before or is not shown.
    static func of(_ scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x300 { return value < 0x20 || (0x7F..<0xA0).contains(value) ? 0 : 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .lineSeparator, .paragraphSeparator: return 0
        case .format: return isPrependedMark(value) ? 1 : 0
        default: break
        }
        if isHangulTail(value) { return 0 }
        return isWide(value) || scalar.properties.isEmojiPresentation && !isRegionalIndicator(value) ? 2 : 1
    }

    /// An emoji with U+FE0F, or at least two emoji in one cluster: flags, skin tones, families.
    private static func isEmojiSequence(_ scalars: Character.UnicodeScalarView) -> Bool {
        var emoji = 0
        var afterEmoji = false
        for scalar in scalars {
            if afterEmoji && scalar.value == 0xFE0F { return true }
            afterEmoji = scalar.properties.isEmoji
            if afterEmoji && scalar.value > 0x7F { emoji += 1 }
            // Skin tones without anybody to wear them are drawn one by one.
            if emoji == 2 { return !scalars.first!.isASCII && !scalars.first!.properties.isEmojiModifier }
        }
        return false
    }

    /// Arabic, Syriac and Kaithi signs that are drawn around the digits after them.
    private static func isPrependedMark(_ value: UInt32) -> Bool {
        switch value {
        case 0x600...0x605, 0x6DD, 0x70F, 0x890...0x891, 0x8E2, 0x110BD, 0x110CD: true
        default: false
        }
    }

    /// Vowels and final consonants of Hangul, drawn within the syllable that the leading consonant began.
    private static func isHangulTail(_ value: UInt32) -> Bool {
        switch value {
        case 0x1160...0x11FF, 0xD7B0...0xD7FB: true
        default: false
        }
    }

    private static func isRegionalIndicator(_ value: UInt32) -> Bool { (0x1F1E6...0x1F1FF).contains(value) }

    /// East Asian Wide and Fullwidth (UAX #11, Unicode 17), but for single emoji, which their own property tells.
    /// Runs are joined over unassigned code points.
    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115F, 0x2329...0x232A, 0x2630...0x2637, 0x268A...0x268F, 0x2E80...0x303E, 0x3041...0x3247,
            0x3250...0xA4C6, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B,
            0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x191D2, 0x1AFF0...0x1B2FB, 0x1D300...0x1D356,
            0x1D360...0x1D376, 0x1F200...0x1F265, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
