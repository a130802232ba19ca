/// Counts the tokens of a text exactly, with the ranks of a vocabulary: what the models' own tokenizer counts.
///
/// The text is cut into pieces by the vocabulary's split pattern, and within each piece bytes are merged by their ranks.
/// Names of special tokens, such as `<|endoftext|>`, are counted as the plain text that they are. The time is
/// O(*n* log *n*) for any text. A piece of more than ``longestPiece`` bytes is cut there, which can add a token for each
/// cut; only a run of millions of letters, symbols or spaces makes one.
///
/// Copies share the tables, some 10 MB.
public struct BytePairTokenCounter: TokenCounter {
    /// The bytes of the longest piece that is merged as a whole: 4 MiB. Merging takes some 30 bytes of memory for each.
    public static let longestPiece = 4 << 20

    /// Names the vocabulary and, by a checksum, the ranks.
    public let identifier: String
    private let splitter: TokenSplitter
    private let ranks: BytePairRanks

    /// Reads the ranks, which takes tens of milliseconds and blocks the thread.
    ///
    /// - Parameters:
    ///   - path: A `.tiktoken` file: on each line a token in Base64, a space, and its rank. At most 64 MiB, two million
    ///     tokens, 1,024 bytes in a token; every single byte must be a token.
    ///   - vocabulary: Whose ranks these are. It chooses the split pattern; a wrong one gives wrong counts.
    /// - Throws: `CompanionError` with `notFound` where there is no file, `limitExceeded` where a bound is exceeded, and
    ///   `invalidInput` where the file can't be read or is malformed; the message names the line.
    public init(ranksAt path: String, vocabulary: TokenVocabulary) throws {
        try self.init(ranks: BytePairRanks.contents(of: path), vocabulary: vocabulary)
    }

    /// - Parameter file: What a ranks file holds.
    package init(ranks file: [UInt8], vocabulary: TokenVocabulary) throws {
        ranks = try file.withUnsafeBufferPointer { try BytePairRanks(parsing: $0) }
        splitter = TokenSplitter(vocabulary: vocabulary)
        // FNV-1a, 64 bits.
        let checksum = file.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        identifier = "byte-pair:\(vocabulary):\(String(checksum, radix: 16))"
    }

    public func count(_ text: String) -> Int {
        var total = 0
        forEachPiece(of: text) { piece, bytes in ranks.forEachToken(of: piece, in: bytes) { _ in total += 1 } }
        return total
    }

    /// The ranks of the tokens of `text`.
    package func encode(_ text: String) -> [Int] {
        var tokens: [Int] = []
        forEachPiece(of: text) { piece, bytes in
            ranks.forEachToken(of: piece, in: bytes) { tokens.append(Int(ranks.rank(of: $0, in: bytes))) }
        }
        return tokens
    }

    /// What the split pattern cuts `text` into.
    package func pieces(of text: String) -> [String] {
        var pieces: [String] = []
        forEachPiece(of: text) { piece, bytes in pieces.append(String(decoding: bytes[piece], as: UTF8.self)) }
        return pieces
    }

    @inline(__always)
    private func forEachPiece(of text: String, _ body: (Range<Int>, UnsafeBufferPointer<UInt8>) -> Void) {
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            while start < bytes.count {
                let endOfPiece = splitter.endOfPiece(from: start, in: bytes)
                while start < endOfPiece {
                    let end = min(endOfPiece, start + Self.longestPiece)
                    body(start..<end, bytes)
                    start = end
                }
            }
        }
    }
}
