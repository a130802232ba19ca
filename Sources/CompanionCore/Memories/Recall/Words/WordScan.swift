/// Finds the words of a text, folded to lower case without accents, decided word by word from their scripts.
///
/// - Words of letters and digits: whole. An apostrophe separates, and what it leaves are stop words.
/// - Ordinal endings of digits are dropped: "3rd" is the word "3".
/// - Scripts that write no spaces between words: each pair of neighbours, and a character that stands alone.
/// - Only the first 64 bytes of a word count.
struct WordScan {
    struct Word {
        var hash: WordHash
        /// Only letters from a to z: what the English stemmer may shorten.
        var isASCIILetters: Bool
        /// How many folded bytes the scan's buffer holds of it.
        var count: Int
    }

    private static let capacity = 64

    private let bytes: UnsafeBufferPointer<UInt8>
    private let classes: LetterClassTable
    private var position = 0
    /// The last character, where it was of a script without spaces, and whether it was already part of a pair.
    private var unspaced: (value: UInt32, isPaired: Bool)?
    /// The folded bytes of the last word, with room for the stemmer.
    private(set) var buffer: UnsafeMutableBufferPointer<UInt8>

    private init(_ bytes: UnsafeBufferPointer<UInt8>, buffer: UnsafeMutableBufferPointer<UInt8>) {
        self.bytes = bytes
        self.buffer = buffer
        classes = .shared
    }

    /// Gives each word of a text to `body`, with the buffer that holds its bytes.
    @inline(__always)
    static func words(
        of bytes: UnsafeBufferPointer<UInt8>, _ body: (Word, UnsafeMutableBufferPointer<UInt8>) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity + 8) { buffer in
            var scan = WordScan(bytes, buffer: buffer)
            while let word = scan.next() { body(word, buffer) }
        }
    }

    private mutating func next() -> Word? {
        while position < bytes.count {
            let (value, width) = bytes.scalar(at: position)
            let letter = classes[value]
            switch letter.kind {
            case .letter, .digit, .pair:
                if let single = endOfUnspaced() { return single }
                return wordFromHere()
            case .unspaced:
                position += width
                if let pair = add(letter.folded) { return pair }
            case .silent:
                position += width
            case .separator:
                position += width
                if let single = endOfUnspaced() { return single }
            }
        }
        return endOfUnspaced()
    }
}

extension WordScan {
    private mutating func wordFromHere() -> Word {
        var state = WordHash.State()
        var count = 0
        var isASCIILetters = true
        var isDigits = true
        // What the word is without an ordinal's ending: known once its digits have ended.
        var digits: (hash: WordHash, count: Int)?
        func put(_ byte: UInt8) {
            guard count < Self.capacity else { return }
            buffer[count] = byte
            count += 1
            state.add(byte)
        }
        scan: while position < bytes.count {
            let (value, width) = bytes.scalar(at: position)
            let letter = classes[value]
            switch letter.kind {
            case .letter:
                if isDigits {
                    if count > 0 { digits = (state.hash, count) }
                    isDigits = false
                }
                if letter.folded < 0x80 {
                    put(UInt8(truncatingIfNeeded: letter.folded))
                } else {
                    isASCIILetters = false
                    for byte in UTF8Sequence(letter.folded) { put(byte) }
                }
            case .digit:
                isASCIILetters = false
                for byte in UTF8Sequence(letter.folded) { put(byte) }
            case .pair:
                isDigits = false
                put(UInt8(truncatingIfNeeded: letter.folded))
                put(UInt8(truncatingIfNeeded: letter.folded >> 8))
            case .silent: break
            case .separator, .unspaced: break scan
            }
            position += width
        }
        if let digits, count == digits.count + 2, isOrdinalEnding(at: digits.count) {
            return Word(hash: digits.hash, isASCIILetters: false, count: digits.count)
        }
        return Word(hash: state.hash, isASCIILetters: isASCIILetters, count: count)
    }

    private func isOrdinalEnding(at index: Int) -> Bool {
        switch (buffer[index], buffer[index + 1]) {
        case (UInt8(ascii: "s"), UInt8(ascii: "t")), (UInt8(ascii: "n"), UInt8(ascii: "d")),
            (UInt8(ascii: "r"), UInt8(ascii: "d")), (UInt8(ascii: "t"), UInt8(ascii: "h")):
            true
        default: false
        }
    }
}

extension WordScan {
    private mutating func add(_ value: UInt32) -> Word? {
        let previous = unspaced
        unspaced = (value, previous != nil)
        return previous.map { word(of: $0.value, value) }
    }

    private mutating func endOfUnspaced() -> Word? {
        defer { unspaced = nil }
        guard let unspaced, !unspaced.isPaired else { return nil }
        return word(of: unspaced.value, nil)
    }

    private func word(of first: UInt32, _ second: UInt32?) -> Word {
        var state = WordHash.State()
        var count = 0
        func put(_ value: UInt32) {
            for byte in UTF8Sequence(value) {
                buffer[count] = byte
                count += 1
                state.add(byte)
            }
        }
        put(first)
        if let second { put(second) }
        return Word(hash: state.hash, isASCIILetters: false, count: count)
    }
}

/// The bytes of one scalar in UTF-8.
private struct UTF8Sequence: Sequence, IteratorProtocol {
    private var rest: UInt32
    private var count: Int

    init(_ value: UInt32) {
        // The bytes from the lowest bits on.
        switch value {
        case 0..<0x80: (rest, count) = (value, 1)
        case 0x80..<0x800: (rest, count) = (0xC0 | value >> 6 | (0x80 | value & 0x3F) << 8, 2)
        case 0x800..<0x10000:
            (rest, count) = (0xE0 | value >> 12 | (0x80 | value >> 6 & 0x3F) << 8 | (0x80 | value & 0x3F) << 16, 3)
        default:
            let head = 0xF0 | value >> 18 | (0x80 | value >> 12 & 0x3F) << 8
            (rest, count) = (head | (0x80 | value >> 6 & 0x3F) << 16 | (0x80 | value & 0x3F) << 24, 4)
        }
    }

    mutating func next() -> UInt8? {
        guard count > 0 else { return nil }
        defer {
            rest >>= 8
            count -= 1
        }
        return UInt8(truncatingIfNeeded: rest)
    }
}
