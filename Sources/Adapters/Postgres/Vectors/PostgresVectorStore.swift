public import CompanionCore
internal import _CompanionSQL

/// A vector store in the database of a ``PostgresStore``, by the extension pgvector; ``PostgresStore/vectors()`` opens it.
///
/// - It searches exactly: the primary key leads to one person's vectors, and those are compared one by one. An index of all
///   people's vectors (HNSW) finds its neighbours among everybody's, and loses most of one person's.
/// - It may hold vectors of people whom the relational store does not know; deleting a person does not delete them.
public final class PostgresVectorStore: VectorStore {
    /// Rows of one statement, so that none is larger than a few mebibytes.
    private static let batch = 256

    private let pool: PostgresPool
    private let statements: PostgresVectorStatements

    init(pool: PostgresPool, extensionSchema: String) {
        self.pool = pool
        statements = PostgresVectorStatements(schema: extensionSchema)
    }

    public var consistency: VectorStoreConsistency { .immediate }

    // MARK: Writing

    public func upsert(_ records: [VectorRecord], in namespace: VectorNamespace) async throws {
        try Task.checkCancellation()
        try check(records, in: namespace)
        // Of several with one identifier the last one stays; in the order of identifiers two writers can't lock each other out.
        let records = Dictionary(records.map { ($0.id, $0) }) { _, last in last }.values.sorted { $0.id < $1.id }
        for first in stride(from: 0, to: records.count, by: Self.batch) {
            let some = records[first..<min(records.count, first + Self.batch)]
            try await pool.run { [statements] connection in
                try connection.withWriteTransaction {
                    for record in some {
                        guard let unit = UnitVector.of(record.values) else { continue }
                        var parameters = PostgresParameters(
                            Self.key(namespace) + [.text(record.id), .text(VectorMetadataJSON.text(record.metadata))])
                        parameters.append(reals: unit)
                        _ = try connection.write(statements.upsert, parameters)
                    }
                }
            }
        }
    }

    public func delete(_ ids: [String], in namespace: VectorNamespace) async throws {
        try Task.checkCancellation()
        for first in stride(from: 0, to: ids.count, by: 10_000) {
            let some = Array(ids[first..<min(ids.count, first + 10_000)])
            try await pool.run { [statements] connection in
                try connection.withWriteTransaction {
                    var parameters = PostgresParameters(Self.key(namespace))
                    parameters.append(texts: some)
                    _ = try connection.write(statements.deleteSome, parameters)
                }
            }
        }
    }

    public func delete(matching filter: VectorFilter, in namespace: VectorNamespace) async throws {
        try Task.checkCancellation()
        let filter = try PostgresVectorFilter(filter, after: Self.key(namespace))
        let statement = statements.delete(where: filter.condition)
        try await pool.run { connection in
            try connection.withWriteTransaction { _ = try connection.runOnce(statement, filter.parameters) }
        }
    }

    public func deleteAll(in namespace: VectorNamespace) async throws {
        try Task.checkCancellation()
        try await pool.run { [statements] connection in
            try connection.withWriteTransaction { try connection.write(statements.deleteAll, Self.key(namespace)) }
        }
    }

    // MARK: Reading

    public func query(
        _ vector: [Float], in namespace: VectorNamespace, filter: VectorFilter?, limit: Int
    ) async throws -> [VectorMatch] {
        try Task.checkCancellation()
        try check(query: vector, in: namespace, limit: limit)
        guard let unit = UnitVector.of(vector) else { return [] }
        let filter = try PostgresVectorFilter(filter, after: Self.key(namespace) + [.integer(limit)])
        let statement = statements.nearest(where: filter.condition, vector: filter.parameters.count + 1)
        var parameters = PostgresParameters(filter.parameters)
        parameters.append(reals: unit)
        return try await pool.run { [parameters] connection in
            try connection.withReadTransaction {
                var matches: [VectorMatch] = []
                try connection.queryOnce(statement, parameters) { row in
                    matches.append(
                        VectorMatch(
                            id: try row.text(0), score: Float(min(1, max(-1, try row.real(1)))),
                            metadata: try VectorMetadataJSON.metadata(row.text(2))))
                }
                return matches
            }
        }
    }

    public func ids(in namespace: VectorNamespace, after id: String?, limit: Int) async throws -> [String] {
        try Task.checkCancellation()
        try check(pageOf: limit)
        return try await pool.run { [statements] connection in
            try connection.withReadTransaction {
                try connection.all(
                    statements.ids, Self.key(namespace) + [.text(id ?? ""), .integer(limit)]
                ) { try $0.text(0) }
            }
        }
    }

    public func spaces(of user: User.ID) async throws -> [EmbeddingSpace] {
        try await pool.run { [statements] connection in
            try connection.withReadTransaction {
                try connection.all(statements.spaces, [.id(user)]) { row in
                    EmbeddingSpace(model: try row.text(0), dimensions: try row.integer(1))
                }
            }
        }
    }

    private static func key(_ namespace: VectorNamespace) -> [SQLValue] {
        [.id(namespace.user), .text(namespace.space.model), .integer(namespace.space.dimensions)]
    }
}
