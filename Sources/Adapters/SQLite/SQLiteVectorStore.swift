public import CompanionCore
internal import Synchronization
internal import _CompanionSQL
internal import _CompanionVectors

/// A vector store in the file of a ``SQLiteStore``, which hands it out as ``SQLiteStore/vectors``.
///
/// - It searches exactly. A person's vectors are read into memory when they are first searched, and stay there as long
///   as there is room (``SQLiteStore/Configuration/vectorCacheSize``); those of who was searched longest ago go first.
///   Vectors that do not fit are read from the file by each search, which takes about twenty times as long.
/// - What another process writes is seen by the next search, which then reads that person's vectors anew.
/// - It may hold vectors of people whom the relational store does not know; deleting a person does not delete them.
public final class SQLiteVectorStore: VectorStore {
    private struct Loaded: Sendable {
        var revision: Int
        var table: VectorTable
        /// The file's version at which `revision` was still the namespace's.
        var version: Int?
    }

    /// A table of so many bytes is searched in about a millisecond, by the caller's own thread.
    private static let smallSize = 16 << 20

    private let writer: SQLiteQueue
    private let readers: SQLiteReaders
    private let version: SQLiteVersion
    private let loaded: Mutex<RecentlyUsed<VectorNamespace, Loaded>>

    init(writer: SQLiteQueue, readers: SQLiteReaders, version: SQLiteVersion, cacheSize: Int) {
        self.writer = writer
        self.readers = readers
        self.version = version
        loaded = Mutex(RecentlyUsed(bound: cacheSize))
    }

    public var consistency: VectorStoreConsistency { .immediate }

    /// About how many bytes the vectors in memory take.
    var loadedSize: Int { loaded.withLock(\.cost) }

    // MARK: Writing

    public func upsert(_ records: [VectorRecord], in namespace: VectorNamespace) async throws {
        try Task.checkCancellation()
        try check(records, in: namespace)
        guard !records.isEmpty else { return }
        try await change(namespace) { vectors in
            let revision = try vectors.upsert(records)
            return (revision, { table in for record in records { table.upsert(record) } })
        }
    }

    public func delete(_ ids: [String], in namespace: VectorNamespace) async throws {
        try Task.checkCancellation()
        try await change(namespace) { vectors in
            let revision = try vectors.delete(ids)
            return (revision, { table in for id in ids { table.remove(id) } })
        }
    }

    public func delete(matching filter: VectorFilter, in namespace: VectorNamespace) async throws {
        try Task.checkCancellation()
        try await change(namespace) { vectors in
            let ids = try vectors.ids(matching: filter)
            let revision = try vectors.delete(ids)
            return (revision, { table in for id in ids { table.remove(id) } })
        }
    }

    public func deleteAll(in namespace: VectorNamespace) async throws {
        try Task.checkCancellation()
        try await change(namespace) { vectors in
            try vectors.deleteAll()
            return (nil, { _ in })
        }
    }

    /// Changes the file in one transaction, then what of it is in memory, where that is what the file held before.
    private func change(
        _ namespace: VectorNamespace,
        _ body: @Sendable (SQLVectors) throws -> (revision: Int?, change: (inout VectorTable) -> Void)
    ) async throws {
        try await writer.run { connection in
            let vectors = SQLVectors(connection: connection, namespace: namespace)
            var before: Int?
            let (revision, change) = try connection.withWriteTransaction {
                before = try vectors.revision()
                let result = try body(vectors)
                try Task.checkCancellation()
                return result
            }
            loaded.withLock { loaded in
                // Taken out meanwhile, so that it is not copied when it changes.
                guard var current = loaded.remove(namespace), let revision, current.revision == before else { return }
                change(&current.table)
                current.revision = revision
                current.version = nil
                loaded.insert(current, for: namespace, cost: current.table.byteCount)
            }
        }
    }

    // MARK: Reading

    public func query(
        _ vector: [Float], in namespace: VectorNamespace, filter: VectorFilter?, limit: Int
    ) async throws -> [VectorMatch] {
        try Task.checkCancellation()
        try check(query: vector, in: namespace, limit: limit)
        // Read first: what is found out from here on holds for as long as the file has this version.
        let now = version.current()
        if let now, let known = loaded.withLock({ $0.value(for: namespace) }), known.version == now,
            known.table.byteCount <= Self.smallSize
        {
            return try known.table.nearest(to: vector, filter: filter, limit: limit)
        }
        return try await readers.run { connection in
            let vectors = SQLVectors(connection: connection, namespace: namespace)
            guard let revision = try vectors.revision() else { return [] }
            let known = loaded.withLock { loaded -> Loaded? in
                guard var known = loaded.value(for: namespace), known.revision == revision else { return nil }
                known.version = now
                loaded.insert(known, for: namespace, cost: known.table.byteCount)
                return known
            }
            if let known { return try known.table.nearest(to: vector, filter: filter, limit: limit) }
            return try connection.withReadTransaction {
                guard let table = try load(vectors, namespace) else {
                    return try search(vectors, dimensions: namespace.space.dimensions, for: vector, filter, limit)
                }
                return try table.nearest(to: vector, filter: filter, limit: limit)
            }
        }
    }

    public func ids(in namespace: VectorNamespace, after id: String?, limit: Int) async throws -> [String] {
        try Task.checkCancellation()
        try check(pageOf: limit)
        return try await readers.run { connection in
            try SQLVectors(connection: connection, namespace: namespace).ids(after: id, limit: limit)
        }
    }

    public func spaces(of user: User.ID) async throws -> [EmbeddingSpace] {
        try Task.checkCancellation()
        return try await readers.run { try SQLVectors.spaces(of: user, over: $0) }
    }

    /// Reads the vectors into memory; nil where they do not fit.
    private func load(_ vectors: SQLVectors, _ namespace: VectorNamespace) throws -> VectorTable? {
        let dimensions = namespace.space.dimensions
        let bound = loaded.withLock(\.bound)
        guard let revision = try vectors.revision() else { return VectorTable(dimensions: dimensions) }
        guard try vectors.count() * VectorTable.bytesPerRow(dimensions: dimensions) <= bound else { return nil }
        var table = VectorTable(dimensions: dimensions)
        try vectors.read { id, unit, metadata in
            try Task.checkCancellation()
            table.upsert(id: id, unit: unit, metadata: metadata)
        }
        let read = Loaded(revision: revision, table: table)
        loaded.withLock { $0.insert(read, for: namespace, cost: table.byteCount) }
        return table
    }

    /// Searches in the file, a few vectors in memory at a time.
    private func search(
        _ vectors: SQLVectors, dimensions: Int, for vector: [Float], _ filter: VectorFilter?, _ limit: Int
    ) throws -> [VectorMatch] {
        var best = BestOf<VectorMatch>(limit) { left, right in
            left.score == right.score ? left.id < right.id : left.score > right.score
        }
        var some = VectorTable(dimensions: dimensions)
        try vectors.read { id, unit, metadata in
            some.upsert(id: id, unit: unit, metadata: metadata)
            guard some.count == 256 else { return }
            for match in try some.nearest(to: vector, filter: filter, limit: limit) { best.insert(match) }
            some = VectorTable(dimensions: dimensions)
        }
        for match in try some.nearest(to: vector, filter: filter, limit: limit) { best.insert(match) }
        return best.sorted
    }
}
