/// What the estimate distinguishes among characters. Ranges of Unicode's blocks decide, no properties.
enum EstimateKind: UInt8, CaseIterable {
    case letter, accent, mark, digit, space, newline, symbol, wideSymbol
    case cyrillic, greek, arabic, hebrew, indic, thai, armenianOrGeorgian, burmeseOrKhmer, hangul, kana, han, emoji,
        joiner, other

    /// The kinds of the ASCII characters by their bytes; `other` for control characters and bytes beyond ASCII.
    static let ofBytes: [EstimateKind] = (UInt8.min...UInt8.max).map { byte in
        switch Unicode.Scalar(byte) {
        case "a"..."z", "A"..."Z": .letter
        case "0"..."9": .digit
        case " ", "\t": .space
        case "\n", "\r": .newline
        case "!"..."~": .symbol
        default: .other
        }
    }

    /// The kind of a character beyond ASCII.
    init(wide value: UInt32) {
        self =
            switch value {
            case 0xA0...0xBF, 0x2000...0x200C, 0x200E...0x206F, 0x20A0...0x20CF, 0x3000...0x303F, 0xFF00...0xFF65:
                .wideSymbol
            case 0xC0...0x2AF, 0x1E00...0x1EFF: .accent
            case 0x300...0x36F: .mark
            case 0x370...0x3FF: .greek
            case 0x400...0x52F: .cyrillic
            case 0x530...0x58F, 0x10A0...0x10FF: .armenianOrGeorgian
            case 0x1000...0x109F, 0x1780...0x17FF: .burmeseOrKhmer
            case 0x590...0x5FF: .hebrew
            case 0x600...0x77F, 0xFB50...0xFDFF, 0xFE70...0xFEFE: .arabic
            case 0x900...0xDFF: .indic
            case 0xE00...0xEFF: .thai
            case 0xAC00...0xD7AF: .hangul
            case 0x3040...0x30FF, 0xFF66...0xFF9F: .kana
            case 0x3400...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: .han
            case 0x200D, 0xFE0F, 0x1F3FB...0x1F3FF, 0xE0020...0xE007F: .joiner
            case 0x1F000...0x1FAFF, 0x2600...0x27BF, 0x2B00...0x2BFF, 0x2190...0x21FF: .emoji
            default: .other
            }
    }
}
