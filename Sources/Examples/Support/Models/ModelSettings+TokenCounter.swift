package import CompanionCore

extension ModelSettings {
    /// Counts exactly where ranks are given; else estimates.
    package var tokenCounter: any TokenCounter {
        get throws {
            guard let tokenizer else { return EstimatingTokenCounter() }
            return try BytePairTokenCounter(
                ranksAt: tokenizer, vocabulary: tokenizer.contains("cl100k") ? .cl100k : .o200k)
        }
    }
}
