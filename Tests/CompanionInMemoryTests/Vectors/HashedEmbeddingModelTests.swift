import CompanionInMemory
import CompanionTesting
import Testing

@Suite struct HashedEmbeddingModelTests {
    @Test("Keeps the contract of an embedding model", arguments: EmbeddingModelConformance.checks)
    func conforms(_ check: EmbeddingModelConformance.Check) async throws {
        try await check.run(on: HashedEmbeddingModel())
    }
}
