/// Cuts a long text into pieces at the ends of sentences or lines: each is indexed by itself, since a long text that says
/// one thing about a matter loses to a short one.
struct TextPieces: Sendable {
    /// About how long a piece is, in letters; those of Han, kana and Hangul count twice.
    static let length = 400
    /// Texts up to this length stay whole.
    static let wholeLength = 500

    /// The ranges of the pieces in the text's UTF-8; they cover it, and a short text is one piece.
    static func ranges(in bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        guard bytes.count > wholeLength, letters(in: bytes) > wholeLength else { return [0..<bytes.count] }
        var ranges: [Range<Int>] = []
        var start = 0
        /// Where the piece may end: after the last sentence, and after the last word.
        var sentence = 0
        var word = 0
        var count = 0
        var countAtSentence = 0
        var countAtWord = 0
        var index = 0
        while index < bytes.count {
            count += weight(of: bytes[index])
            let next = index + 1
            if endsSentence(at: index, in: bytes) {
                (sentence, countAtSentence) = (next, count)
            } else if bytes[index] == UInt8(ascii: " ") {
                (word, countAtWord) = (next, count)
            }
            if count > length, sentence > start, index + 1 < bytes.count {
                ranges.append(start..<sentence)
                (start, count) = (sentence, count - countAtSentence)
                (countAtWord, countAtSentence) = (max(0, countAtWord - countAtSentence), 0)
            } else if count > length * 2, word > start {
                ranges.append(start..<word)
                (start, count, countAtWord) = (word, count - countAtWord, 0)
            }
            index = next
        }
        ranges.append(start..<bytes.count)
        return ranges
    }

    private static func letters(in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        bytes.reduce(0) { $0 + weight(of: $1) }
    }

    private static func weight(of byte: UInt8) -> Int {
        if byte & 0xC0 == 0x80 { return 0 }
        return (0xE3...0xED).contains(byte) ? 2 : 1
    }

    private static func endsSentence(at index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        switch bytes[index] {
        case UInt8(ascii: "\n"): return true
        case UInt8(ascii: " "), UInt8(ascii: "\t"):
            guard index > 0 else { return false }
            return ".!?".utf8.contains(bytes[index - 1])
        // 。 ends in E3 80 82; ！ and ？ in EF BC 81 and 9F.
        case 0x82: return index > 1 && bytes[index - 1] == 0x80 && bytes[index - 2] == 0xE3
        case 0x81, 0x9F: return index > 1 && bytes[index - 1] == 0xBC && bytes[index - 2] == 0xEF
        default: return false
        }
    }
}
