/// One letter of a folded text, and where it stands in the original.
public struct FoldedLetter: Sendable, Hashable {
    /// What stands between a letter and the one before it.
    public enum Gap: UInt8, Sendable, Hashable, Comparable {
        /// Nothing that can be seen.
        case none
        /// Punctuation or symbols alone, as in "b.a.d".
        case soft
        /// White space or an apostrophe, as between words.
        case hard
        /// The beginning of the text, or more than disguises use: nothing is followed across it.
        case end

        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// How a letter was written.
    public enum Sign: UInt8, Sendable, Hashable {
        /// As a letter of whatever script or style.
        case letter
        /// As a digit that looks like it, as in "sh1t".
        case digit
        /// As a symbol that looks like it, as in "sh!t".
        case symbol
    }

    /// A lower-case letter from a to z where the original is one, or looks like one; else the original in lower case.
    public var value: Unicode.Scalar
    /// Offsets in the UTF-8 of the original. The two letters of "ß" have the same.
    public var range: Range<Int>
    public var gap: Gap
    public var sign: Sign
    /// Whether the sign can also be read as an L: "1" and "|", whose value is I.
    public var mayBeL: Bool

    public init(
        _ value: Unicode.Scalar, range: Range<Int>, gap: Gap = .none, sign: Sign = .letter, mayBeL: Bool = false
    ) {
        self.value = value
        self.range = range
        self.gap = gap
        self.sign = sign
        self.mayBeL = mayBeL
    }
}
