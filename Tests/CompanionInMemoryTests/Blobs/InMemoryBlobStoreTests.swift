import CompanionInMemory
import CompanionTesting
import Testing

@Suite("The blob store in memory")
struct InMemoryBlobStoreTests {
    @Test("It keeps the port's contract", arguments: BlobStoreConformance.checks)
    func conforms(_ check: BlobStoreConformance.Check) async throws {
        try await check.run(on: InMemoryBlobStore())
    }
}
