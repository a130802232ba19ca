internal import CompanionCore

/// Cuts texts and lists of texts into what one request takes.
struct EmbeddingBatches: Sendable {
    /// What OpenAI takes (platform.openai.com/docs/api-reference/embeddings).
    struct Limits: Sendable, Hashable {
        var texts = 2_048
        var tokens = 300_000
        var tokensPerText = 8_192
    }

    struct Batch: Sendable, Hashable {
        /// Where its texts stood.
        var range: Range<Int>
        var texts: [String]
    }

    let limits: Limits
    /// OpenAI's embedding models count with this vocabulary. The estimate is seldom a tenth too low.
    private let counter = EstimatingTokenCounter(vocabulary: .cl100k)

    func batches(of texts: [String]) -> [Batch] {
        var batches: [Batch] = []
        var batch = Batch(range: 0..<0, texts: [])
        var tokens = 0
        for (index, text) in texts.enumerated() {
            let (text, count) = cut(text)
            if !batch.texts.isEmpty, batch.texts.count == limits.texts || tokens + count > limits.tokens {
                batches.append(batch)
                batch = Batch(range: index..<index, texts: [])
                tokens = 0
            }
            batch.texts.append(text)
            batch.range = batch.range.lowerBound..<index + 1
            tokens += count
        }
        if !batch.texts.isEmpty { batches.append(batch) }
        return batches
    }

    /// The part of the text that the model can read, and at most how many tokens it probably has.
    func cut(_ text: String) -> (text: String, tokens: Int) {
        if text.allSatisfy(\.isWhitespace) { return (" ", 1) }
        let count = estimate(text)
        guard count > limits.tokensPerText else { return (text, count) }
        // The longest prefix that fits, within a hundredth; a token has at least one byte.
        var (fits, exceeds) = (limits.tokensPerText, text.utf8.count)
        while exceeds - fits > max(16, fits / 100) {
            let middle = (fits + exceeds) / 2
            if estimate(Self.prefix(of: text, bytes: middle)) <= limits.tokensPerText {
                fits = middle
            } else {
                exceeds = middle
            }
        }
        let prefix = Self.prefix(of: text, bytes: fits)
        return (prefix, min(estimate(prefix), limits.tokensPerText))
    }

    /// A tenth more than the estimate, and no more than there are bytes.
    private func estimate(_ text: String) -> Int {
        let bytes = text.utf8.count
        return min(bytes, counter.count(text) * 11 / 10 + 1)
    }

    /// The longest prefix of whole scalars with at most so many bytes.
    static func prefix(of text: String, bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: bytes)
        while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return String(text[..<end])
    }
}
