/// A regular expression as a tree.
indirect enum RegexNode: Sendable {
    case empty
    case set(RegexSet)
    case sequence([RegexNode])
    case choice([RegexNode])
    /// `maximum` is nil where there is none.
    case repetition(RegexNode, minimum: Int, maximum: Int?)
    case assertion(RegexAssertion)
}

/// What must hold at a place, without taking any of the text.
enum RegexAssertion: Sendable, Hashable {
    case start, end, wordBoundary, noWordBoundary
    /// The index of a look-around.
    case look(Int)
}

/// A set of scalars.
struct RegexSet: Sendable, Hashable {
    enum Member: Sendable, Hashable {
        case range(UInt32, UInt32)
        case digit, word, space
        case category(String)
        indirect case not(Member)
    }

    var members: [Member] = []
    var isNegated = false
    /// A dot: all but line breaks, unless the flags say otherwise.
    var isDot = false

    static func scalar(_ scalar: Unicode.Scalar) -> RegexSet {
        RegexSet(members: [.range(scalar.value, scalar.value)])
    }

    /// The one scalar that it holds, where it is plain.
    var single: Unicode.Scalar? {
        guard !isNegated, !isDot, members.count == 1, case .range(let low, let high) = members[0], low == high
        else { return nil }
        return Unicode.Scalar(low)
    }

    func contains(_ scalar: Unicode.Scalar, flags: BoundedRegex.Flags) -> Bool {
        if isDot { return flags.dotMatchesAll || !Self.isLineBreak(scalar) }
        var found = holds(scalar)
        if !found, flags.ignoresCase {
            let (lower, upper) = (scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping)
            found = [lower, upper].contains { mapping in
                mapping.unicodeScalars.count == 1 && mapping.unicodeScalars.first.map(holds) == true
            }
        }
        return found != isNegated
    }

    private func holds(_ scalar: Unicode.Scalar) -> Bool { members.contains { Self.holds($0, scalar) } }

    private static func holds(_ member: Member, _ scalar: Unicode.Scalar) -> Bool {
        switch member {
        case .range(let low, let high): low <= scalar.value && scalar.value <= high
        case .digit: (0x30...0x39).contains(scalar.value)
        case .word: isWord(scalar)
        case .space: scalar.properties.isWhitespace && scalar.value != 0x85 || scalar.value == 0xFEFF
        case .category(let name): categories[scalar.properties.generalCategory]?.hasPrefix(name) == true
        case .not(let member): !holds(member, scalar)
        }
    }

    /// As `\w` has it: ASCII only.
    static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
        default: false
        }
    }

    static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
        [0x0A, 0x0D, 0x2028, 0x2029].contains(scalar.value)
    }

    /// The short name of a general category, or of a group of them, by any of its names; nil for what is none.
    static func category(named name: String) -> String? {
        let name = name.hasPrefix("General_Category=") ? String(name.dropFirst(17)) : name
        let short = longNames[name] ?? name
        return short.count <= 2 && categories.values.contains { $0.hasPrefix(short) } ? short : nil
    }

    private static let longNames = [
        "Letter": "L", "Uppercase_Letter": "Lu", "Lowercase_Letter": "Ll", "Titlecase_Letter": "Lt",
        "Modifier_Letter": "Lm", "Other_Letter": "Lo", "Mark": "M", "Number": "N", "Decimal_Number": "Nd",
        "Punctuation": "P", "Symbol": "S", "Separator": "Z", "Space_Separator": "Zs", "Other": "C",
    ]

    private static let categories: [Unicode.GeneralCategory: String] = [
        .uppercaseLetter: "Lu", .lowercaseLetter: "Ll", .titlecaseLetter: "Lt", .modifierLetter: "Lm",
        .otherLetter: "Lo", .nonspacingMark: "Mn", .spacingMark: "Mc", .enclosingMark: "Me", .decimalNumber: "Nd",
        .letterNumber: "Nl", .otherNumber: "No", .connectorPunctuation: "Pc", .dashPunctuation: "Pd",
        .openPunctuation: "Ps", .closePunctuation: "Pe", .initialPunctuation: "Pi", .finalPunctuation: "Pf",
        .otherPunctuation: "Po", .mathSymbol: "Sm", .currencySymbol: "Sc", .modifierSymbol: "Sk", .otherSymbol: "So",
        .spaceSeparator: "Zs", .lineSeparator: "Zl", .paragraphSeparator: "Zp", .control: "Cc", .format: "Cf",
        .surrogate: "Cs", .privateUse: "Co", .unassigned: "Cn",
    ]
}
