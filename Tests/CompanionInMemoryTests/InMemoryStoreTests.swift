import CompanionCore
import CompanionInMemory
import CompanionTesting
import Testing

@Suite struct InMemoryStoreTests {
    @Test("Keeps the contract of a relational store", arguments: RelationalStoreConformance.checks)
    func conforms(_ check: RelationalStoreConformance.Check) async throws {
        try await check.run(on: InMemoryStore())
    }
}
