public import CompanionCore

/// An embedding model without a model: it hashes words and parts of words into 1,024 dimensions.
///
/// **Its vectors carry no meaning beyond words.** Two texts are alike as far as they share words, forms of words, or
/// pieces of them; "dog" and "puppy" have nothing in common. It is there so that everything that needs vectors runs
/// offline, in tests and demos, and so that a misspelt name is still found. Beside search by words, which does the same
/// better, it adds nothing.
///
/// Stop words are left out. Stop words and stems are English; of other languages whole words and their pieces count, of
/// scripts without spaces pairs of characters. It takes microseconds, and gives the same on every platform.
public struct HashedEmbeddingModel: EmbeddingModel {
    public init() {}

    public var space: EmbeddingSpace { EmbeddingSpace(model: HashedText.name, dimensions: HashedText.dimensions) }

    public func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        try Task.checkCancellation()
        return try texts.map { text in
            try Task.checkCancellation()
            return HashedText.vector(of: text, as: purpose)
        }
    }
}
