public import CompanionCore
internal import _CompanionSQL

/// A vector store in the database of a ``PostgresStore``, by the extension pgvector; ``PostgresStore/vectors(index:)`` opens it.
///
/// - It searches exactly: the primary key leads to one person's vectors, and those are compared one by one. An index of all
///   people's vectors (HNSW) would find its neighbours among everybody's, and lose most of one person's.
/// - A namespace of very many vectors may have a graph of its own: ``PostgresVectorIndex/hnsw(_:)``.
/// - It may hold vectors of people whom the relational store does not know; deleting a person does not delete them.
public final class PostgresVectorStore: VectorStore {
    /// Rows of one statement, so that none is larger than a few mebibytes.
    private static let batch = 256

    let pool: PostgresPool
    let pgvector: PostgresVectorExtension
    let index: PostgresVectorIndex
    let graphs = PostgresVectorGraphs()
    private let statements: PostgresVectorStatements

    init(pool: PostgresPool, extension: PostgresVectorExtension, index: PostgresVectorIndex) {
        self.pool = pool
        self.index = index
        pgvector = `extension`
        statements = PostgresVectorStatements(schema: `extension`.schema)
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
        let place = filter.parameters.count + 1
        let statement = statements.nearest(where: filter.condition, vector: place)
        let graph = try await graph(of: namespace, limit: limit).map { graph, settings in
            (
                statement: graph.nearest(where: filter.condition, limit: limit, vector: place),
                settings: PostgresVectorGraph.settings(settings, limit: limit, extension: pgvector)
            )
        }
        var parameters = PostgresParameters(filter.parameters)
        parameters.append(reals: unit)
        return try await pool.run { [parameters] connection in
            try connection.withReadTransaction {
                if let graph {
                    try connection.keepBackOnce(graph.settings)
                    let found = try Self.matches(of: graph.statement, parameters, on: connection)
                    if found.count == limit { return found }
                    // The graph has led to too few: few match, or they lie beyond what it looks at.
                }
                return try Self.matches(of: statement, parameters, on: connection)
            }
        }
    }

    private static func matches(
        of statement: SQLStatement, _ parameters: PostgresParameters, on connection: PostgresConnection
    ) throws -> [VectorMatch] {
        var matches: [VectorMatch] = []
        try connection.queryOnce(statement, parameters) { row in
            matches.append(
                VectorMatch(
                    id: try row.text(0), score: Float(min(1, max(-1, try row.real(1)))),
                    metadata: try VectorMetadataJSON.metadata(row.text(2))))
        }
        return matches
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
