/// What folding makes of one scalar, packed into an integer: a value in the lower 24 bits, a kind above.
struct Folding: Sendable, Hashable {
    enum Kind: UInt8 {
        /// A letter; the value is the scalar that it folds to.
        case letter
        /// Several letters: the value is an index into ``FoldingTable/expansions``.
        case letters
        /// A digit; the value is the letter that it looks like.
        case digit
        /// A symbol that is a letter where it stands between two: "sh!t", but not "Hi! You".
        case innerSymbol
        /// A symbol that is a letter where it stands beside one: "$hit", "a$$".
        case outerSymbol
        /// Punctuation, or another symbol.
        case soft
        /// White space, or an apostrophe.
        case hard
        /// Nothing that can be seen, or a mark on the letter before.
        case ignored
    }

    private let bits: UInt32

    init(_ kind: Kind, _ value: UInt32 = 0, mayBeL: Bool = false) {
        bits = UInt32(kind.rawValue) << 28 | (mayBeL ? 1 << 24 : 0) | value
    }

    @inline(__always)
    var kind: Kind { Kind(rawValue: UInt8(truncatingIfNeeded: bits >> 28)) ?? .soft }
    @inline(__always)
    var value: UInt32 { bits & 0xFF_FFFF }
    var mayBeL: Bool { bits & 1 << 24 != 0 }

    static func letter(_ scalar: Unicode.Scalar) -> Folding { Folding(.letter, scalar.value) }
}

extension Folding {
    /// What a decimal digit looks like, from 0 to 9.
    static let digits: [Folding] = "oizeasgtbg".unicodeScalars.enumerated().map { index, letter in
        Folding(.digit, letter.value, mayBeL: index == 1)
    }

    /// The symbols of ASCII and a few others that are written for letters.
    static let symbols: [Unicode.Scalar: Folding] = [
        "!": Folding(.innerSymbol, "i"), "|": Folding(.innerSymbol, "i", mayBeL: true),
        "+": Folding(.innerSymbol, "t"), "(": Folding(.innerSymbol, "c"),
        "$": Folding(.outerSymbol, "s"), "@": Folding(.outerSymbol, "a"), "€": Folding(.outerSymbol, "e"),
        "£": Folding(.outerSymbol, "l"), "¢": Folding(.outerSymbol, "c"), "¥": Folding(.outerSymbol, "y"),
    ]

    private init(_ kind: Kind, _ letter: Unicode.Scalar, mayBeL: Bool = false) {
        self.init(kind, letter.value, mayBeL: mayBeL)
    }
}
