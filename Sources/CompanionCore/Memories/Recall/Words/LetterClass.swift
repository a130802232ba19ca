/// What a character is to the words of a text, and what it is folded to.
struct LetterClass: Sendable, Hashable {
    enum Kind: UInt8, Sendable {
        /// Stands between words.
        case separator
        case letter
        case digit
        /// Nothing by itself, and part of the word that it stands in: accents and the vowel points of Hebrew and Arabic.
        case silent
        /// Two letters, such as the "ss" that "ß" is folded to.
        case pair
        /// Of a script that writes no spaces between words.
        case unspaced
    }

    let kind: Kind
    /// The character in lower case without accents; of a pair the first letter, with the second in the bits from 8.
    let folded: UInt32

    init(_ kind: Kind, _ folded: UInt32 = 0) {
        self.kind = kind
        self.folded = folded
    }

    init(_ scalar: Unicode.Scalar) {
        let value = scalar.value
        if let latin = Self.latin(value) {
            self = latin
        } else if Self.isUnspaced(value) {
            self.init(.unspaced, value)
        } else if Self.isSilent(value) {
            self.init(.silent)
        } else {
            self = Self.general(scalar)
        }
    }
}

extension LetterClass {
    /// Letters of the Latin blocks with the letters that they are folded to, in runs of neighbours: `-` keeps its place.
    private static let latinRuns: [(start: UInt32, letters: StaticString)] = [
        (0xC0, "aaaaaa-ceeeeiiiidnooooo-ouuuuy--aaaaaa-ceeeeiiiidnooooo-ouuuuy-y"),
        (
            0x100,
            "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii--jjkkkllllllllllnnnnnnnnnoooooo--rrrrrrsssssssstttttt"
        ),
        (0x168, "uuuuuuuuuuuuwwyyyzzzzzzs"), (0x1A0, "oo"), (0x1AF, "uu"), (0x1CD, "aaiioouuuuuuuuuu"),
        (0x218, "sstt"),
        (0x1EA0, "aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy"),
    ]

    private static func latin(_ value: UInt32) -> LetterClass? {
        switch value {
        case 0x41...0x5A: return .init(.letter, value + 0x20)
        case 0x61...0x7A: return .init(.letter, value)
        case 0x30...0x39: return .init(.digit, value)
        case 0..<0x80: return .init(.separator)
        case 0xC6, 0xE6: return pair("a", "e")
        case 0x152, 0x153: return pair("o", "e")
        case 0xDF, 0x1E9E: return pair("s", "s")
        case 0xDE, 0xFE: return pair("t", "h")
        case 0x132, 0x133: return pair("i", "j")
        // Full width.
        case 0xFF10...0xFF19: return .init(.digit, value - 0xFEE0)
        case 0xFF21...0xFF3A: return .init(.letter, value - 0xFEC0)
        case 0xFF41...0xFF5A: return .init(.letter, value - 0xFEE0)
        default: break
        }
        for run in latinRuns where value >= run.start && value < run.start + UInt32(run.letters.utf8CodeUnitCount) {
            let letter = run.letters.utf8Start[Int(value - run.start)]
            return letter == UInt8(ascii: "-") ? nil : .init(.letter, UInt32(letter))
        }
        return nil
    }

    private static func pair(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> LetterClass {
        .init(.pair, first.value | second.value << 8)
    }

    /// Han, kana, Hangul, Thai, Lao, Burmese, Khmer. Korean has spaces; its words carry particles, so pairs serve better.
    private static func isUnspaced(_ value: UInt32) -> Bool {
        switch value {
        case 0x30FB, 0x3099, 0x309A: false
        case 0xE01...0xE2E, 0xE30...0xE3A, 0xE40...0xE4E, 0xE81...0xEDF, 0x1000...0x109F, 0x1780...0x17D3: true
        case 0x3005, 0x3007, 0x3041...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7A3, 0xF900...0xFAFF: true
        case 0xFF66...0xFF9D, 0x20000...0x3FFFD: true
        default: false
        }
    }

    private static func isSilent(_ value: UInt32) -> Bool {
        switch value {
        // Combining accents; Hebrew points; Arabic vowel signs and the stroke that only stretches; joiners.
        case 0x300...0x36F, 0x591...0x5BD, 0x5BF, 0x5C1...0x5C2, 0x5C4...0x5C5, 0x5C7, 0x640, 0x64B...0x65F, 0x670: true
        case 0xAD, 0x200B...0x200D, 0x3099, 0x309A, 0xFE00...0xFE0F: true
        default: false
        }
    }

    private static func general(_ scalar: Unicode.Scalar) -> LetterClass {
        let properties = scalar.properties
        switch properties.generalCategory {
        case .uppercaseLetter, .titlecaseLetter, .lowercaseLetter:
            let lower = properties.lowercaseMapping.unicodeScalars.first ?? scalar
            return .init(.letter, withoutAccent(lower.value))
        case .modifierLetter, .otherLetter: return .init(.letter, withoutAccent(scalar.value))
        case .nonspacingMark, .spacingMark: return .init(.letter, scalar.value)
        case .decimalNumber:
            let digit = properties.numericType == .decimal ? properties.numericValue.map { UInt32($0) } : nil
            return .init(.digit, digit.map { 0x30 + $0 } ?? scalar.value)
        case .letterNumber: return .init(.letter, scalar.value)
        default: return .init(.separator)
        }
    }

    /// Greek, Cyrillic and Arabic letters that are written with and without their marks.
    private static func withoutAccent(_ value: UInt32) -> UInt32 {
        switch value {
        case 0x3AC: 0x3B1
        case 0x3AD: 0x3B5
        case 0x3AE: 0x3B7
        case 0x390, 0x3AF, 0x3CA: 0x3B9
        case 0x3CC: 0x3BF
        case 0x3B0, 0x3CB, 0x3CD: 0x3C5
        case 0x3CE: 0x3C9
        case 0x3C2: 0x3C3
        case 0x439, 0x450, 0x45D: value == 0x450 ? 0x435 : 0x438
        case 0x451: 0x435
        case 0x622, 0x623, 0x625, 0x671: 0x627
        case 0x649: 0x64A
        case 0x629: 0x647
        default: value
        }
    }
}

/// The classes of the characters below U+10000 in a table: looking up their properties costs fifty times as much.
struct LetterClassTable: Sendable {
    /// Made once, when it is first used.
    static let shared = LetterClassTable()

    private let classes: [LetterClass]

    private init() {
        classes = (0..<0x10000).map { Unicode.Scalar(UInt32($0)).map { LetterClass($0) } ?? LetterClass(.separator) }
    }

    @inline(__always)
    subscript(value: UInt32) -> LetterClass {
        if value < 0x10000 { return classes[Int(value)] }
        return Unicode.Scalar(value).map { LetterClass($0) } ?? LetterClass(.separator)
    }
}
