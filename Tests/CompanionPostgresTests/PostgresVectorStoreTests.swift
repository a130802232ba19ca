import CompanionCore
import CompanionTesting
import Foundation
import Testing

@testable import CompanionPostgres

private let address = ProcessInfo.processInfo.environment["COMPANION_PGVECTOR_URL"]

@Suite(.enabled(if: address != nil)) struct PostgresVectorStoreTests {
    @Test("Keeps the contract of a vector store", arguments: VectorStoreConformance.checks)
    func conforms(_ check: VectorStoreConformance.Check) async throws {
        try await PostgresPeer.withStore {
            $0.url = address ?? ""
        } _: { store in
            try await check.run(on: try await store.vectors())
        }
    }

    @Test("Several processes that open it at once all succeed")
    func opening() async throws {
        try await PostgresPeer.withStore {
            $0.url = address ?? ""
        } _: { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { _ = try await store.vectors() } }
                try await group.waitForAll()
            }
        }
    }
}

@Suite(.enabled(if: PostgresPeer.url != nil)) struct PostgresWithoutVectorsTests {
    @Test("A server without pgvector is told what to install, and the store goes on")
    func missing() async throws {
        try await PostgresPeer.withStore { store in
            let error = await #expect(throws: CompanionError.self) { _ = try await store.vectors() }
            #expect(error?.code == .unsupported && error?.message.contains("pgvector") == true)
            try await store.read { _ in }
        }
    }
}
