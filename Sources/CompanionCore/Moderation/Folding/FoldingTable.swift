/// What folding makes of each scalar, in pages of 256 of which the equal ones are kept once.
struct FoldingTable: Sendable {
    /// Made when it is first used, in some milliseconds.
    static let shared = FoldingTable()

    /// The letters of scalars that stand for several.
    private(set) var expansions: [[Unicode.Scalar]] = []
    private var pageOf: [UInt8] = []
    private var entries: [Folding] = []

    /// Beyond these, everything is looked up when it is met: ideographs, historic scripts, emoji.
    private static let tabulated: [Range<UInt32>] = [
        0..<0x3400, 0xA4D0..<0xA500, 0xA640..<0xA7FF, 0xAB30..<0xABC0, 0xFB00..<0xFB07, 0xFE00..<0x1_0000,
        0x1_D400..<0x1_D800,
        0x1_F100..<0x1_F200,
    ]

    private init() {
        let bases = Self.baseLetters()
        pageOf = [UInt8](repeating: 0, count: 0x200)
        entries = [Folding](repeating: Folding(.soft), count: 256)
        for range in Self.tabulated {
            for page in range.lowerBound >> 8...(range.upperBound - 1) >> 8 where pageOf[Int(page)] == 0 {
                pageOf[Int(page)] = UInt8(entries.count >> 8)
                for value in page << 8..<(page + 1) << 8 {
                    let scalar = Unicode.Scalar(value)
                    entries.append(scalar.map { folding(of: $0, bases: bases) } ?? Folding(.soft))
                }
            }
        }
    }

    subscript(value: UInt32) -> Folding {
        if value < 0x2_0000 {
            let page = Int(pageOf[Int(value >> 8)])
            if page != 0 { return entries[page << 8 | Int(value & 0xFF)] }
        }
        return Unicode.Scalar(value).map(Self.plainFolding) ?? Folding(.soft)
    }

    // MARK: Making

    private mutating func folding(of scalar: Unicode.Scalar, bases: [String: Unicode.Scalar]) -> Folding {
        let value = scalar.value
        if (0xFF01...0xFF5E).contains(value), let ascii = Unicode.Scalar(value - 0xFEE0) {
            return folding(of: ascii, bases: bases)
        }
        if let symbol = Folding.symbols[scalar] { return symbol }
        if Self.apostrophes.contains(scalar) { return Folding(.hard) }
        if let latin = Confusables.letters[scalar] { return .letter(latin) }
        let properties = scalar.properties
        if let number = properties.numericValue, properties.numericType != .numeric, (0...9).contains(number) {
            return Folding.digits[Int(number)]
        }
        if Self.isNamed(value), let name = properties.name {
            if let letters = LetterName.letters(of: name) {
                let scalars = Array(letters.unicodeScalars)
                if scalars.count == 1 { return .letter(scalars[0]) }
                expansions.append(scalars)
                return Folding(.letters, UInt32(expansions.count - 1))
            }
            if let base = LetterName.base(of: name, among: bases) { return folding(of: base, bases: bases) }
        }
        // Where the small letter looks like a Latin one, the capital is the same letter.
        let small = Self.plainFolding(scalar)
        guard small.kind == .letter, small.value != value, let scalar = Unicode.Scalar(small.value) else {
            return small
        }
        return folding(of: scalar, bases: bases)
    }

    /// By general category alone.
    private static func plainFolding(_ scalar: Unicode.Scalar) -> Folding {
        let properties = scalar.properties
        if properties.isWhitespace { return Folding(.hard) }
        if properties.isDefaultIgnorableCodePoint || isMark(scalar.value) { return Folding(.ignored) }
        switch properties.generalCategory {
        case .uppercaseLetter, .titlecaseLetter:
            let lower = properties.lowercaseMapping.unicodeScalars
            return lower.count == 1 ? .letter(lower[lower.startIndex]) : .letter(scalar)
        case .lowercaseLetter, .modifierLetter, .otherLetter, .spacingMark, .nonspacingMark, .letterNumber:
            return .letter(scalar)
        case .decimalNumber:
            return properties.numericValue.map { Folding.digits[Int($0)] } ?? Folding(.soft)
        case .control, .format: return Folding(.ignored)
        default: return Folding(.soft)
        }
    }

    /// Marks that are written onto letters without being part of the word: those of Latin, Greek and Cyrillic, and the
    /// points of Hebrew and Arabic. In other scripts marks are vowels.
    private static func isMark(_ value: UInt32) -> Bool {
        switch value {
        case 0x300...0x36F, 0x483...0x489, 0x591...0x5C7, 0x610...0x61A, 0x64B...0x65F, 0x670, 0x6D6...0x6DC,
            0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE20...0xFE2F:
            true
        default: false
        }
    }

    /// The blocks whose names tell Latin letters, or Greek and Cyrillic ones with accents.
    private static func isNamed(_ value: UInt32) -> Bool {
        switch value {
        case 0xAA...0x52F, 0x1D00...0x1FFF, 0x2070...0x209F, 0x2100...0x218F, 0x2460...0x24FF, 0x2C60...0x2C7F,
            0x3250...0x32FF, 0xA640...0xA69F, 0xA720...0xA7FF, 0xAB30...0xAB6F, 0xFB00...0xFB06, 0x1_D400...0x1_D7FF,
            0x1_F100...0x1_F1FF:
            true
        default: false
        }
    }

    private static let apostrophes: Set<Unicode.Scalar> = ["'", "’", "‘", "ʼ", "ʻ", "´", "`", "′", "＇"]

    /// The letters of Greek and Cyrillic by their names.
    private static func baseLetters() -> [String: Unicode.Scalar] {
        var bases: [String: Unicode.Scalar] = [:]
        for value in [0x370..<0x400, 0x400..<0x530].joined() {
            guard let scalar = Unicode.Scalar(UInt32(value)), let name = scalar.properties.name else { continue }
            if name.contains(" LETTER "), !name.contains(" WITH ") { bases[name] = scalar }
        }
        return bases
    }
}
