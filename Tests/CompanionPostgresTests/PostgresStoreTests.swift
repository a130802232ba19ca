import CompanionCore
import CompanionTesting
import Testing

@testable import CompanionPostgres

@Suite(.enabled(if: PostgresPeer.url != nil)) struct PostgresStoreTests {
    @Test("Keeps the contract of a relational store", arguments: RelationalStoreConformance.checks)
    func conforms(_ check: RelationalStoreConformance.Check) async throws {
        try await PostgresPeer.withStore { try await check.run(on: $0) }
    }
}
