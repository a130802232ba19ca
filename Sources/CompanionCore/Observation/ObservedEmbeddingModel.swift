/// An embedding model whose calls are observed.
struct ObservedEmbeddingModel: EmbeddingModel {
    let base: any EmbeddingModel
    let observer: any CompanionObserver

    var space: EmbeddingSpace { base.space }

    func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        try await observer.observe(
            ObservedWork(.embedding, model: space.model, count: texts.count), isolation: #isolation
        ) { _ in try await base.embed(texts, as: purpose) }
    }
}
