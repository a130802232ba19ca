/// One pass over a text that adds up what its runs cost.
struct EstimateScan {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let weights: EstimateWeights
    /// The kind of each byte as a character; beyond ASCII the byte does not tell.
    private let kinds: UnsafeBufferPointer<EstimateKind>
    private var position = 0
    private var hundredths = 0
    /// What whether the text is English decides: known only at the end.
    private var words = 0
    private var englishWords = 0
    private var tailLetters = 0

    init(
        _ bytes: UnsafeBufferPointer<UInt8>, kinds: UnsafeBufferPointer<EstimateKind>, weights: EstimateWeights
    ) {
        self.bytes = bytes
        self.kinds = kinds
        self.weights = weights
    }

    /// The estimate, rounded up.
    mutating func tokens() -> Int {
        while position < bytes.count {
            let (kind, width) = character(at: position)
            switch kind {
            case .letter, .accent, .mark: takeLatinWord()
            case .digit: takeDigits()
            case .space: takeSpaces()
            case .newline: takeNewlines()
            case .symbol, .wideSymbol: takeSymbols(kind)
            case .cyrillic: takeCyrillicWord()
            case .other:
                hundredths += weights.characters[Int(kind.rawValue)] * width
                position += width
            default:
                hundredths += weights.characters[Int(kind.rawValue)]
                position += width
            }
        }
        // English: at least 8 % of the Latin words are among its twenty commonest.
        let tail = englishWords * 100 < words * 8 ? weights.otherTail : weights.englishTail
        return (hundredths + tailLetters * tail + 99) / 100
    }

    @inline(__always)
    private func character(at index: Int) -> (kind: EstimateKind, width: Int) {
        let byte = bytes[index]
        if byte < 0x80 { return (kinds[Int(byte)], 1) }
        let (value, width) = bytes.scalar(at: index)
        return (EstimateKind(wide: value), width)
    }

    /// Moves to the first byte from here on that is no ASCII character of `kind`.
    @inline(__always)
    private mutating func skip(_ kind: EstimateKind) {
        var position = position
        while position < bytes.count, kinds[Int(bytes[position])] == kind { position += 1 }
        self.position = position
    }

    private mutating func takeLatinWord() {
        var letters = 0
        var isPlain = true
        let start = position
        while true {
            let startOfPlain = position
            skip(.letter)
            letters += position - startOfPlain
            guard position < bytes.count, bytes[position] >= 0x80 else { break }
            let (kind, width) = character(at: position)
            guard kind == .accent || kind == .mark else { break }
            isPlain = false
            hundredths += weights.characters[Int(kind.rawValue)]
            letters += 1
            position += width
        }
        words += 1
        if isPlain, letters <= 4 {
            var packed: UInt32 = 0
            for index in start..<position { packed = packed << 8 | UInt32(bytes[index] | 0x20) }
            if CommonWords.english.contains(packed) { englishWords += 1 }
        }
        hundredths += weights.word + max(0, letters - 24) * weights.endlessTail
        tailLetters += max(0, letters - 4)
    }

    private mutating func takeCyrillicWord() {
        var letters = 0
        while position < bytes.count {
            let (kind, width) = character(at: position)
            guard kind == .cyrillic else { break }
            letters += 1
            position += width
        }
        hundredths += weights.cyrillicWord + letters * weights.characters[Int(EstimateKind.cyrillic.rawValue)]
        hundredths += max(0, letters - 24) * weights.endlessTail
    }

    private mutating func takeDigits() {
        let start = position
        skip(.digit)
        hundredths += (position - start + 2) / 3 * weights.digits
    }

    private mutating func takeSpaces() {
        let start = position
        skip(.space)
        let isCounted =
            if position - start > 1 || position == bytes.count {
                true
            } else {
                switch character(at: position).kind {
                case .digit, .han, .kana, .emoji: true
                // One space belongs to the token of the word after it.
                default: false
                }
            }
        if isCounted { hundredths += weights.spaces + lengthCost(from: start, change: weights.spaceChange) }
    }

    private mutating func takeNewlines() {
        let start = position
        while position < bytes.count {
            let kind = character(at: position).kind
            guard kind == .newline || kind == .space else { break }
            position += 1
        }
        hundredths += weights.newlines + lengthCost(from: start, change: weights.spaceChange)
    }

    private mutating func takeSymbols(_ kind: EstimateKind) {
        let start = position
        while position < bytes.count {
            let next = character(at: position)
            guard next.kind == kind else { break }
            position += next.width
        }
        hundredths += weights.symbols + lengthCost(from: start, change: weights.symbolChange)
    }

    /// What the run from `start` to here costs for its length.
    private func lengthCost(from start: Int, change: Int) -> Int {
        guard position - start > 5 else { return 0 }
        var cost = 0
        var index = start
        var previous: UInt32 = 0
        var length = 0
        while index < position {
            let (value, width) = bytes.scalar(at: index)
            length += 1
            if length > 5, value != previous { cost += change }
            if length > 16, value == previous { cost += weights.repeat }
            previous = value
            index += width
        }
        return cost
    }
}

/// A few words of up to four ASCII letters, each as the integer that its bytes make.
struct CommonWords: Sendable {
    /// The twenty commonest of English conversations.
    static let english = CommonWords("the a and to of i you is in it that for my was on with be are this have")

    private var slots = [UInt32](repeating: 0, count: 64)

    private init(_ words: String) {
        for word in words.split(separator: " ") {
            let packed = word.utf8.reduce(0) { $0 << 8 | UInt32($1) }
            slots[slot(of: packed)] = packed
        }
    }

    func contains(_ packed: UInt32) -> Bool { slots[slot(of: packed)] == packed }

    /// The slot of the word, or the empty one where it would stand.
    @inline(__always)
    private func slot(of packed: UInt32) -> Int {
        var slot = Int((packed &* 0x9E37_79B1) >> 26)
        while slots[slot] != 0, slots[slot] != packed { slot = (slot + 1) & 63 }
        return slot
    }
}
