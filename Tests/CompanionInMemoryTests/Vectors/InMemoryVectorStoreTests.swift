import CompanionInMemory
import CompanionTesting
import Testing

@Suite struct InMemoryVectorStoreTests {
    @Test("Keeps the contract of a vector store", arguments: VectorStoreConformance.checks)
    func conforms(_ check: VectorStoreConformance.Check) async throws {
        try await check.run(on: InMemoryVectorStore())
    }
}
