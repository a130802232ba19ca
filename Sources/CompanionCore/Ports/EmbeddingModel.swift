/// A model that turns texts into vectors, so that texts which mean the same lie close to each other.
///
/// Implementations: `OpenAIEmbeddingModel` (CompanionOpenAI), `HashedEmbeddingModel` (CompanionInMemory),
/// ``CachingEmbeddingModel``. Suite: `EmbeddingModelConformance` (CompanionTesting).
public protocol EmbeddingModel: Sendable {
    /// Which vectors these are; only vectors of one space can be compared.
    var space: EmbeddingSpace { get }

    /// The vectors of the texts, in their order, each of `space.dimensions` finite numbers and of length 1.
    ///
    /// Any number of texts, none too, of any length: implementations split what is too much for one request, and cut what
    /// is too long for the model. A blank text has a vector too.
    ///
    /// - Throws: ``CompanionError`` (`unauthenticated`, `rateLimited`, `unavailable`, `timedOut`, `malformedResponse`) or
    ///   `CancellationError`; then no vector is given.
    func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]]
}

/// What a vector is made for; some models tell them apart.
public enum EmbeddingPurpose: Sendable, Hashable {
    /// A text that is to be found.
    case document
    /// A text that is searched with.
    case query
}

/// A model and a number of dimensions: part of every vector's identity.
public struct EmbeddingSpace: Sendable, Hashable, CustomStringConvertible {
    /// The model's name, as its maker calls it; 1 to 128 bytes.
    public var model: String
    /// 1 to 16,000, the most that pgvector keeps.
    public var dimensions: Int

    public init(model: String, dimensions: Int) {
        self.model = model
        self.dimensions = dimensions
    }

    public var description: String { "\(model)/\(dimensions)" }
}
