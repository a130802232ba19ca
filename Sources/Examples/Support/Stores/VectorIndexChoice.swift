package import CompanionCore
internal import CompanionPostgres

/// How the database itself searches vectors.
package enum VectorIndexChoice: String, Sendable, Hashable {
    case exact, hnsw

    /// `database:`, or with `?index=exact` or `?index=hnsw`; nil for anything else.
    package init?(address: String) {
        let address = address.lowercased()
        guard address != "database:" else {
            self = .exact
            return
        }
        let start = "database:?index="
        guard address.hasPrefix(start), let choice = Self(rawValue: String(address.dropFirst(start.count))) else {
            return nil
        }
        self = choice
    }
}

/// Builds the indexes of a store of vectors that has any, when it starts and once an hour, until the task is cancelled.
package struct VectorIndexing: Sendable {
    private let vectors: PostgresVectorStore

    /// Nil for a store without indexes of its own.
    package init?(_ vectors: (any VectorStore)?, _ choice: VectorIndexChoice) {
        guard choice == .hnsw, let vectors = vectors as? PostgresVectorStore else { return nil }
        self.vectors = vectors
    }

    /// - Parameter failed: Is told what went wrong; the next attempt comes with the next hour, and searches work meanwhile.
    package func run(_ failed: @Sendable (any Error) -> Void) async throws {
        while true {
            do { try await vectors.buildIndexes() } catch {
                try Task.checkCancellation()
                failed(error)
            }
            try await Task.sleep(for: .seconds(3_600))
        }
    }
}
