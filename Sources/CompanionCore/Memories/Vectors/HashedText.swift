/// Texts as vectors of hashed words: what words they share, and parts of words, is what makes them alike.
///
/// Each word that is no stop word counts with its stem, and with each run of three and of four of its characters; each of
/// these adds 1 to, or takes 1 from, one coordinate, both chosen by its hash (feature hashing, Weinberger et al., 2009).
/// A vector shorter than 4 is divided by 4, not by its length: of two short texts that share a word, that word is not all
/// there is.
package enum HashedText {
    /// Names the way in which texts become vectors.
    package static let name = "hashed-1"
    package static let dimensions = 1_024
    /// The last coordinate fills a document up to length 1, so that cosines are products.
    private static let filler = dimensions - 1

    package static func vector(of text: String, as purpose: EmbeddingPurpose) -> [Float] {
        var vector = [Float](repeating: 0, count: dimensions)
        var text = text
        text.withUTF8 { bytes in
            WordScan.words(of: bytes) { word, buffer in
                guard !StopWords.english.contains(word.hash) else { return }
                addRuns(of: UnsafeBufferPointer(rebasing: buffer[..<word.count]), to: &vector)
                let stem = word.isASCIILetters ? Porter2Stemmer.stem(buffer, count: word.count) : word.count
                add(WordHash(buffer[..<stem]).ofStem, to: &vector)
            }
        }
        var square: Float = 0
        for value in vector { square += value * value }
        let length = square.squareRoot()
        let divisor =
            switch purpose {
            case .document: max(length, 4)
            case .query: length
            }
        guard length > 0 else {
            vector[filler] = 1
            return vector
        }
        for index in vector.indices { vector[index] /= divisor }
        if length < divisor { vector[filler] = (1 - square / (divisor * divisor)).squareRoot() }
        return vector
    }

    private static func addRuns(of word: UnsafeBufferPointer<UInt8>, to vector: inout [Float]) {
        // Where characters begin, and the end.
        for start in word.indices where isStart(word[start]) {
            var characters = 0
            for end in start + 1...word.count where end == word.count || isStart(word[end]) {
                characters += 1
                if characters == 3 || characters == 4 { add(WordHash(word[start..<end]), to: &vector) }
                if characters == 4 { break }
            }
        }
    }

    /// Whether a byte of UTF-8 begins a character.
    private static func isStart(_ byte: UInt8) -> Bool { byte & 0xC0 != 0x80 }

    private static func add(_ hash: WordHash, to vector: inout [Float]) {
        let coordinate = Int((hash.value >> 1) % UInt64(filler))
        vector[coordinate] += hash.value & 1 == 0 ? 1 : -1
    }
}
