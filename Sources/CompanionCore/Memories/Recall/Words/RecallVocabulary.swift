/// The words of one index, numbered by their stems: any form of a word is one look-up away from its number.
///
/// It only grows; the words of what was removed stay, bounded by what was ever said.
struct RecallVocabulary: Sendable {
    /// The most words that it numbers: a number has 24 bits. Words beyond are not indexed.
    static let capacity = 1 << 24
    /// Stands for what has no number.
    private static let stopWord = UInt32.max

    private(set) var count = 0
    /// Numbers by the word as it was written.
    private var forms = WordTable()
    /// Numbers by stem.
    private var stems = WordTable()

    /// The bytes that it takes.
    var cost: Int { forms.cost + stems.cost }

    /// The number of a word, a new one where it has none; nil for a stop word.
    ///
    /// - Parameter buffer: Holds the word's bytes; the stem is made in it.
    @inline(__always)
    mutating func number(of word: WordScan.Word, in buffer: UnsafeMutableBufferPointer<UInt8>) -> UInt32? {
        if let known = forms[word.hash] { return known == Self.stopWord ? nil : known }
        return learn(word, in: buffer)
    }

    /// The number of a word that is known.
    func knownNumber(of word: WordScan.Word, in buffer: UnsafeMutableBufferPointer<UInt8>) -> UInt32? {
        if let known = forms[word.hash] { return known == Self.stopWord ? nil : known }
        guard word.isASCIILetters else { return nil }
        return stems[Self.stem(of: word, in: buffer)]
    }

    private mutating func learn(_ word: WordScan.Word, in buffer: UnsafeMutableBufferPointer<UInt8>) -> UInt32? {
        guard !StopWords.english.contains(word.hash) else {
            forms.insert(Self.stopWord, for: word.hash)
            return nil
        }
        guard word.isASCIILetters else {
            let number = nextNumber()
            if let number { forms.insert(number, for: word.hash) }
            return number
        }
        let stem = Self.stem(of: word, in: buffer)
        if let number = stems[stem] {
            forms.insert(number, for: word.hash)
            return number
        }
        guard let number = nextNumber() else { return nil }
        stems.insert(number, for: stem)
        forms.insert(number, for: word.hash)
        return number
    }

    private static func stem(of word: WordScan.Word, in buffer: UnsafeMutableBufferPointer<UInt8>) -> WordHash {
        WordHash(buffer[..<Porter2Stemmer.stem(buffer, count: word.count)]).ofStem
    }

    private mutating func nextNumber() -> UInt32? {
        guard count < Self.capacity else { return nil }
        defer { count += 1 }
        return UInt32(count)
    }
}
