public import CompanionCore
internal import Synchronization
internal import _CompanionVectors

/// A vector store in memory: the default, for tests and for programs whose memories are rebuilt when they start.
///
/// It searches exactly, and one search does not wait for another, nor for writes. A vector takes four bytes for each
/// dimension, and about two hundred beside; nothing is given up before it is deleted.
public final class InMemoryVectorStore: VectorStore {
    private let tables = Mutex<[VectorNamespace: VectorTable]>([:])

    public init() {}

    public var consistency: VectorStoreConsistency { .immediate }

    public func upsert(_ records: [VectorRecord], in namespace: VectorNamespace) async throws {
        try Task.checkCancellation()
        try check(records, in: namespace)
        guard !records.isEmpty else { return }
        tables.withLock { tables in
            for record in records {
                tables[namespace, default: VectorTable(dimensions: namespace.space.dimensions)].upsert(record)
            }
        }
    }

    public func query(
        _ vector: [Float], in namespace: VectorNamespace, filter: VectorFilter?, limit: Int
    ) async throws -> [VectorMatch] {
        try Task.checkCancellation()
        try check(query: vector, in: namespace, limit: limit)
        // The copy shares the vectors, so that the lock is held for a moment only.
        guard let table = tables.withLock({ $0[namespace] }) else { return [] }
        return try table.nearest(to: vector, filter: filter, limit: limit)
    }

    public func delete(_ ids: [String], in namespace: VectorNamespace) async throws {
        try Task.checkCancellation()
        change(namespace) { table in
            for id in ids { table.remove(id) }
        }
    }

    public func delete(matching filter: VectorFilter, in namespace: VectorNamespace) async throws {
        try Task.checkCancellation()
        change(namespace) { $0.remove(matching: filter) }
    }

    public func deleteAll(in namespace: VectorNamespace) async throws {
        try Task.checkCancellation()
        tables.withLock { $0[namespace] = nil }
    }

    public func ids(in namespace: VectorNamespace, after id: String?, limit: Int) async throws -> [String] {
        try Task.checkCancellation()
        try check(pageOf: limit)
        return tables.withLock { $0[namespace] }?.ids(after: id, limit: limit) ?? []
    }

    public func spaces(of user: User.ID) async throws -> [EmbeddingSpace] {
        try Task.checkCancellation()
        return tables.withLock { tables in tables.keys.filter { $0.user == user }.map(\.space) }
    }

    /// Changes a table that there is, and lets go of it when it is empty.
    private func change(_ namespace: VectorNamespace, _ change: (inout VectorTable) -> Void) {
        tables.withLock { tables in
            guard tables[namespace] != nil else { return }
            change(&tables[namespace, default: VectorTable(dimensions: namespace.space.dimensions)])
            if tables[namespace]?.count == 0 { tables[namespace] = nil }
        }
    }
}
