/// Folds text so that matching survives disguise: "Ｓ.ｈ.1.Ŧ" and "shit" become the same letters.
///
/// Case, accents, compatibility forms, look-alikes of other scripts, digits and symbols that are written for letters,
/// invisible characters and separators are folded away; each letter keeps its place in the original, the gap before it
/// and how it was written, so that whoever compares can weigh them. Repeated letters stay: "good" is not "god".
///
/// ```swift
/// let letters = TextFolding.letters(of: "Ⓗ€y!")   // h, e, y
/// ```
///
/// A text can be fed piece by piece, cut anywhere between scalars; the result does not depend on the cuts. Takes linear
/// time and remembers a few bytes. What looks like what is decided by shape, for English in the first place; it is the
/// same for terms and texts, so that other scripts match themselves.
public struct TextFolding: Sendable {
    /// More separators than this between two letters, and nothing is followed across them.
    public static let longestGap = 16
    /// More invisible characters and marks than this behind one letter, and nothing is followed across them.
    public static let longestInvisible = 64

    /// What is shorter is taken letter by letter.
    private static let shortestStretch = 24

    /// The bytes that were fed.
    private(set) var offset = 0
    private var separation = Separation()
    private(set) var symbol: PendingSymbol?

    /// What stands between the last letter and what comes.
    struct Separation: Sendable {
        var gap = FoldedLetter.Gap.end
        var count = 0
        /// Invisible characters and marks behind the letter.
        var invisible = 0

        static let none = Separation(gap: .none)

        @inline(__always)
        mutating func add(_ kind: FoldedLetter.Gap) {
            count += 1
            if count > TextFolding.longestGap { gap = .end } else if gap < kind { gap = kind }
        }
    }

    var gap: FoldedLetter.Gap { separation.gap }

    /// A symbol that is a letter only if one follows.
    struct PendingSymbol: Sendable {
        var folding: Folding
        var start: Int
        var end: Int
    }

    public init() {}

    /// The letters of a whole text.
    public static func letters(of text: String) -> [FoldedLetter] {
        var folding = TextFolding()
        return folding.feed(text)
    }

    /// The letters that the next piece of a text completes. A symbol waits for what follows it;
    /// at the end of the text it is none.
    public mutating func feed(_ piece: String) -> [FoldedLetter] {
        var piece = piece
        var collector = Collector()
        piece.withUTF8 { feed($0, into: &collector) }
        return collector.letters
    }

    private struct Collector: FoldingSink {
        var letters: [FoldedLetter] = []

        mutating func take(
            stretch bytes: UnsafeBufferPointer<UInt8>, from index: Int, at base: Int, _ separation: inout Separation
        ) -> Int { index }

        mutating func take(
            plain bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, at base: Int, _ gap: FoldedLetter.Gap
        ) {
            for index in range {
                let place = base + index..<base + index + 1
                take(
                    UInt32(bytes[index] | 0x20), place, index == range.lowerBound ? gap : .none, .letter, mayBeL: false)
            }
        }

        mutating func take(
            _ value: UInt32, _ range: Range<Int>, _ gap: FoldedLetter.Gap, _ sign: FoldedLetter.Sign, mayBeL: Bool
        ) {
            guard let scalar = Unicode.Scalar(value) else { return }
            letters.append(FoldedLetter(scalar, range: range, gap: gap, sign: sign, mayBeL: mayBeL))
        }
    }
}

/// Takes letters as they are folded, without an array between.
protocol FoldingSink {
    /// A chance to take many bytes at once that are nothing but letters and plain separators of ASCII.
    ///
    /// - Parameter separation: What stands before `index`; afterwards, before the result.
    /// - Returns: Where the sink stopped; `index` where it took nothing.
    mutating func take(
        stretch bytes: UnsafeBufferPointer<UInt8>, from index: Int, at base: Int,
        _ separation: inout TextFolding.Separation
    ) -> Int

    /// Letters of ASCII that follow each other, the first of them after `gap`.
    /// - Parameter base: The offset of the bytes in the whole text.
    mutating func take(
        plain bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, at base: Int, _ gap: FoldedLetter.Gap)

    /// Any letter.
    mutating func take(
        _ value: UInt32, _ range: Range<Int>, _ gap: FoldedLetter.Gap, _ sign: FoldedLetter.Sign, mayBeL: Bool)
}

extension TextFolding {
    /// Feeds whole scalars of valid UTF-8.
    @inline(__always)
    mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>, into sink: inout some FoldingSink) {
        let base = offset
        var index = 0
        while index < bytes.count {
            if symbol == nil, bytes.count - index >= Self.shortestStretch {
                let end = sink.take(stretch: bytes, from: index, at: base, &separation)
                if end > index {
                    index = end
                    continue
                }
            }
            let byte = bytes[index]
            // Nearly all of most texts.
            if byte.isLetter, symbol == nil {
                let start = index
                repeat { index += 1 } while index < bytes.count && bytes[index].isLetter
                sink.take(plain: bytes, start..<index, at: base, gap)
                separation = .none
            } else if byte == 32, symbol == nil {
                separation.add(.hard)
                index += 1
            } else {
                let (value, width) = bytes.scalar(at: index)
                fold(FoldingTable.shared[value], base + index..<base + index + width, into: &sink)
                index += width
            }
        }
        offset = base + bytes.count
    }

    /// Everything but the plain letters and spaces of ASCII.
    @inline(never)
    private mutating func fold(_ folding: Folding, _ range: Range<Int>, into sink: inout some FoldingSink) {
        switch folding.kind {
        case .letter: take(folding.value, range, .letter, mayBeL: false, into: &sink)
        case .letters:
            for letter in FoldingTable.shared.expansions[Int(folding.value)] {
                take(letter.value, range, .letter, mayBeL: false, into: &sink)
            }
        case .digit: take(folding.value, range, .digit, mayBeL: folding.mayBeL, into: &sink)
        case .innerSymbol:
            dropSymbol()
            if gap == .none {
                symbol = PendingSymbol(folding: folding, start: range.lowerBound, end: range.upperBound)
            } else {
                separation.add(.soft)
            }
        case .outerSymbol:
            dropSymbol()
            if gap == .none {
                take(folding.value, range, .symbol, mayBeL: false, into: &sink)
            } else {
                symbol = PendingSymbol(folding: folding, start: range.lowerBound, end: range.upperBound)
            }
        case .soft:
            dropSymbol()
            separation.add(.soft)
        case .hard:
            dropSymbol()
            separation.add(.hard)
        case .ignored:
            separation.invisible += 1
            if separation.invisible > Self.longestInvisible {
                dropSymbol()
                separation.gap = .end
            }
        }
    }

    private mutating func take(
        _ value: UInt32, _ range: Range<Int>, _ sign: FoldedLetter.Sign, mayBeL: Bool, into sink: inout some FoldingSink
    ) {
        if let symbol {
            // "$100" is an amount; between letters a digit is a letter, too.
            if sign == .letter || symbol.folding.kind == .innerSymbol {
                sink.take(
                    symbol.folding.value, symbol.start..<symbol.end, gap, .symbol, mayBeL: symbol.folding.mayBeL)
                self.symbol = nil
                separation.gap = .none
            } else {
                dropSymbol()
            }
        }
        sink.take(value, range, gap, sign, mayBeL: mayBeL)
        separation = .none
    }

    /// The symbol that waited is no letter.
    private mutating func dropSymbol() {
        guard symbol != nil else { return }
        symbol = nil
        separation.add(.soft)
    }
}

extension UInt8 {
    /// Whether it is a letter of ASCII.
    @inline(__always)
    fileprivate var isLetter: Bool { (self | 0x20) &- 97 < 26 }
}
