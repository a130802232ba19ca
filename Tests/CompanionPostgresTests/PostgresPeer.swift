import CompanionCore
import Foundation

@testable import CompanionPostgres

/// The real server that Scripts/test.sh has started.
enum PostgresPeer {
    static let url = ProcessInfo.processInfo.environment["COMPANION_POSTGRES_URL"]

    static func configuration(schema: String, connections: ClosedRange<Int> = 0...4) -> PostgresStore.Configuration {
        PostgresStore.Configuration(url: url ?? "", schema: schema, connections: connections)
    }

    /// Runs `body` with a store in a schema of its own, which is dropped afterwards.
    static func withStore(
        _ change: (inout PostgresStore.Configuration) -> Void = { _ in },
        _ body: (PostgresStore) async throws -> Void
    ) async throws {
        let schema = "test_" + UUID().uuidString.lowercased().filter { $0 != "-" }
        var configuration = configuration(schema: schema)
        change(&configuration)
        let store = try await PostgresStore.open(configuration)
        do {
            try await body(store)
        } catch {
            try? await drop(schema, configuration.url)
            throw error
        }
        try await store.close()
        try await drop(schema, configuration.url)
    }

    static func drop(_ schema: String, _ url: String? = url) async throws {
        let pool = PostgresPool(PostgresStore.Configuration(url: url ?? ""))
        try await pool.run { try $0.run(script: "DROP SCHEMA IF EXISTS \(PostgresName.quoted(schema)) CASCADE") }
        try await pool.close(within: .seconds(5))
    }
}
