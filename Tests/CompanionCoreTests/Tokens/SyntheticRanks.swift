import CompanionCore
import Foundation

/// A small vocabulary of our own: the 256 bytes, with their values as ranks, and then the given tokens.
struct SyntheticRanks {
    let tokens: [[UInt8]]

    init(_ merged: [String] = []) {
        tokens = (UInt8.min...UInt8.max).map { [$0] } + merged.map { Array($0.utf8) }
    }

    /// A ranks file's content.
    var file: [UInt8] {
        Array(tokens.enumerated().map { "\(Data($1).base64EncodedString()) \($0)\n" }.joined().utf8)
    }

    func counter(_ vocabulary: TokenVocabulary = .o200k) throws -> BytePairTokenCounter {
        try BytePairTokenCounter(ranks: file, vocabulary: vocabulary)
    }

    /// The text that encodes to `ranks`.
    func decode(_ ranks: [Int]) -> String { String(decoding: ranks.flatMap { tokens[$0] }, as: UTF8.self) }

    /// The tokens of one piece, by the definition: slow and plain.
    func merge(_ piece: String) -> [Int] {
        let ranks = Dictionary(uniqueKeysWithValues: tokens.enumerated().map { ($1, $0) })
        if let whole = ranks[Array(piece.utf8)] { return [whole] }
        var parts = piece.utf8.map { [$0] }
        while true {
            let pairs = parts.indices.dropLast().compactMap { index in
                ranks[parts[index] + parts[index + 1]].map { (rank: $0, index: index) }
            }
            guard let lowest = pairs.min(by: { ($0.rank, $0.index) < ($1.rank, $1.index) }) else { break }
            parts[lowest.index] += parts.remove(at: lowest.index + 1)
        }
        return parts.compactMap { ranks[$0] }
    }
}
