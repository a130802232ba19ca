/// A text in lower case, that knows where its bytes come from.
struct FoldedText {
    private(set) var bytes: [UInt8]
    private let source: [UInt8]
    /// The place in `source` that each place in `bytes` comes from; nil where they are the same.
    private var origins: [Int]?

    init(_ text: String) {
        source = Array(text.utf8)
        if source.allSatisfy({ $0 < 0x80 }) {
            bytes = source.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
            return
        }
        bytes = []
        bytes.reserveCapacity(source.count)
        var origins: [Int] = []
        origins.reserveCapacity(source.count + 1)
        var place = 0
        for scalar in text.unicodeScalars {
            let folded = UTF8.encode(RegexText.fold(scalar))
            let width = UTF8.width(scalar)
            for (index, byte) in (folded ?? UTF8.encodedReplacementCharacter).enumerated() {
                bytes.append(byte)
                origins.append(place + min(index, width - 1))
            }
            place += width
        }
        origins.append(place)
        self.origins = origins
    }

    func original(_ range: Range<Int>) -> ArraySlice<UInt8> {
        guard let origins else { return source[range] }
        let (start, end) = (origins[range.lowerBound], origins[range.upperBound])
        return start <= end ? source[start..<end] : []
    }

    /// Whether no word goes on over this place of `bytes`. In scripts that set no spaces, each place is one.
    func isWordBoundary(_ place: Int) -> Bool {
        guard place > 0, place < bytes.count else { return true }
        var start = place - 1
        while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
        return !(Self.isWord(bytes[start...]) && Self.isWord(bytes[place...]))
    }

    /// Whether the text begins with a letter or a digit of a script whose words are set apart.
    private static func isWord(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first else { return false }
        if first < 0x80 { return RegexSet.isWord(Unicode.Scalar(first)) }
        guard let scalar = String(decoding: bytes.prefix(4), as: UTF8.self).unicodeScalars.first else { return false }
        let isSpaceless = scalar.value >= 0x2E80 || (0x0E00...0x0EFF).contains(scalar.value)
        return !isSpaceless && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
    }
}

extension UTF8 {
    fileprivate static func width(_ scalar: Unicode.Scalar) -> Int {
        scalar.value < 0x80 ? 1 : scalar.value < 0x800 ? 2 : scalar.value < 0x10000 ? 3 : 4
    }
}
