/// What the split patterns of the vocabularies ask about a character.
struct SplitClass: OptionSet, Sendable {
    let rawValue: UInt8

    /// `\p{L}`
    static let letter = SplitClass(rawValue: 1)
    /// `\p{N}`
    static let number = SplitClass(rawValue: 2)
    /// `\s`
    static let space = SplitClass(rawValue: 4)
    /// `[\r\n]`, which is also a space.
    static let newline = SplitClass(rawValue: 8)
    /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`: may stand in the first, upper-case part of a word.
    static let head = SplitClass(rawValue: 16)
    /// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`: may stand in the second, lower-case part of a word.
    static let tail = SplitClass(rawValue: 32)
    /// There is no character: the text has ended.
    static let end = SplitClass(rawValue: 64)

    /// `[^\r\n\p{L}\p{N}]`: may stand once before a word.
    var isLead: Bool { !overlaps(Self.noLead) }
    /// `[^\s\p{L}\p{N}]`
    var isSymbol: Bool { !overlaps(Self.noSymbol) }
    private static let noLead: SplitClass = [.newline, .letter, .number, .end]
    private static let noSymbol: SplitClass = [.space, .letter, .number, .end]

    /// Whether the two have a class in common: `isDisjoint` costs a debug build ten times as much.
    @inline(__always)
    func overlaps(_ other: SplitClass) -> Bool { rawValue & other.rawValue != 0 }

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ scalar: Unicode.Scalar) {
        let properties = scalar.properties
        switch properties.generalCategory {
        case .uppercaseLetter, .titlecaseLetter: self = [.letter, .head]
        case .lowercaseLetter: self = [.letter, .tail]
        case .modifierLetter, .otherLetter: self = [.letter, .head, .tail]
        case .nonspacingMark, .spacingMark, .enclosingMark: self = [.head, .tail]
        case .decimalNumber, .letterNumber, .otherNumber: self = .number
        default:
            switch scalar {
            case "\r", "\n": self = [.space, .newline]
            default: self = properties.isWhitespace ? .space : []
            }
        }
    }
}

/// The classes of the characters below U+10000 in a table, since the standard library's search for a category costs ten
/// times as much.
struct SplitClassTable: Sendable {
    /// Made once, when it is first used.
    static let shared = SplitClassTable()

    private let classes: [SplitClass]

    private init() {
        classes = (0..<0x10000).map { Unicode.Scalar(UInt32($0)).map(SplitClass.init) ?? [] }
    }

    @inline(__always)
    subscript(value: UInt32) -> SplitClass {
        if value < 0x10000 { return classes[Int(value)] }
        return Unicode.Scalar(value).map(SplitClass.init) ?? []
    }
}
