internal import CompanionCore
internal import Synchronization
internal import _CompanionSQL

/// Which graphs there are, as it was known last.
final class PostgresVectorGraphs: Sendable {
    private struct State {
        var names: Set<String> = []
        /// Nil: it was never looked up.
        var since: ContinuousClock.Instant?
    }
    private let state = Mutex(State())
    /// Another process may have built one, or dropped it: then a search works all the same, and takes longer.
    private static let lifetime: Duration = .seconds(60)

    /// Whether there is this graph; nil where that is to be looked up again.
    func contains(_ name: String) -> Bool? {
        state.withLock { state in
            guard let since = state.since, since + Self.lifetime > .now else { return nil }
            return state.names.contains(name)
        }
    }

    func replace(_ names: Set<String>) { state.withLock { $0 = State(names: names, since: .now) } }
}

extension PostgresVectorStore {
    /// How long building a graph may take before it is given up.
    private static var buildTimeout: Duration { .seconds(6 * 3_600) }

    /// The graph to search, where there is one that has enough for `limit`.
    func graph(
        of namespace: VectorNamespace, limit: Int
    ) async throws -> (graph: PostgresVectorGraph, settings: PostgresVectorIndex.HNSW)? {
        guard case .hnsw(let settings) = index.kind, limit <= PostgresVectorGraph.maximumCount,
            let graph = PostgresVectorGraph(namespace, extension: pgvector)
        else { return nil }
        let isThere: Bool
        if let known = graphs.contains(graph.name) {
            isThere = known
        } else {
            isThere = try await validGraphs().contains(graph.name)
        }
        return isThere ? (graph, settings) : nil
    }

    private func validGraphs() async throws -> Set<String> {
        let names = try await pool.run { connection in
            try connection.withReadTransaction { try connection.graphs() }
        }.filter(\.isValid).map(\.name)
        graphs.replace(Set(names))
        return Set(names)
    }

    /// What a database searches with.
    public struct Status: Sendable, Hashable {
        /// pgvector's.
        public var version: String
        /// How many namespaces have a graph that can be searched.
        public var indexes: Int
    }

    /// What there is, for people who look after it.
    public func status() async throws -> Status {
        Status(version: pgvector.version, indexes: try await validGraphs().count)
    }

    /// Builds the graphs that are missing, for each namespace that has grown to
    /// ``PostgresVectorIndex/HNSW/minimumCount`` vectors, and drops those of namespaces that have shrunk to less than half of it.
    /// Does nothing where the store searches exactly.
    ///
    /// - Building takes some seconds for ten thousand vectors, and occupies a connection; readers and writers of the store do not
    ///   wait for it. Afterwards each write to the namespace adds to its graph, at the price of some milliseconds.
    /// - Several processes may call it at the same time: one builds, and the others go on without waiting. What a process that
    ///   died has left half built is built anew.
    /// - Call it when a program starts, after loading many vectors, and once in a while.
    ///
    /// - Returns: How many were built.
    @discardableResult
    public func buildIndexes() async throws -> Int {
        guard case .hnsw(let settings) = index.kind else { return 0 }
        let (pgvector, minimum) = (pgvector, settings.minimumCount)
        let (large, known) = try await pool.run { connection in
            try connection.withReadTransaction {
                let large = try connection.all(.selectLargeNamespaces, [.integer((minimum + 1) / 2)]) { row in
                    (
                        namespace: VectorNamespace(
                            user: try row.id(0),
                            space: EmbeddingSpace(model: try row.text(1), dimensions: try row.integer(2))),
                        count: try row.integer(3)
                    )
                }
                return (large, try connection.graphs())
            }
        }
        let wanted = large.compactMap { entry in
            PostgresVectorGraph(entry.namespace, extension: pgvector).map { (graph: $0, count: entry.count) }
        }
        let names = Set(wanted.map(\.graph.name))
        for graph in known where !graph.isBeingBuilt && (!graph.isValid || !names.contains(graph.name)) {
            try await build(PostgresVectorGraph.drop(graph.name))
        }
        let there = Set(known.filter { $0.isValid || $0.isBeingBuilt }.map(\.name))
        var built = 0
        for (graph, count) in wanted where count >= minimum && !there.contains(graph.name) {
            if try await build(graph.create(settings), memory: settings.buildMemory) { built += 1 }
        }
        _ = try await validGraphs()
        return built
    }

    /// Runs a statement that takes long, on its own; false where another process is just doing the same.
    @discardableResult
    private func build(_ script: String, memory: Int? = nil) async throws -> Bool {
        try await pool.run { connection in
            try connection.withStatementTimeout(Self.buildTimeout) {
                if let memory { try connection.run(script: "SET maintenance_work_mem = '\(memory >> 10)kB'") }
                defer { if memory != nil { try? connection.run(script: "RESET maintenance_work_mem") } }
                do {
                    try connection.run(script: script)
                    return true
                } catch let failure as SQLFailure {
                    // The name was taken, or is gone, since it was looked up.
                    let state = (failure.underlying as? PostgresError)?.sqlState
                    guard ["42P07", "23505", "42704"].contains(state) else { throw failure }
                    return false
                }
            }
        }
    }
}

extension PostgresConnection {
    fileprivate func graphs() throws -> [(name: String, isValid: Bool, isBeingBuilt: Bool)] {
        try all(.selectGraphs, [.text(PostgresVectorGraph.prefix)]) { row in
            (name: try row.text(0), isValid: try row.boolean(1), isBeingBuilt: try row.boolean(2))
        }
    }
}

extension SQLStatement {
    fileprivate static let selectLargeNamespaces = SQLStatement(
        """
        SELECT user_id, model, dimensions, count(*) FROM companion_vectors GROUP BY user_id, model, dimensions
        HAVING count(*) >= $1 ORDER BY user_id, model, dimensions
        """)
    fileprivate static let selectGraphs = SQLStatement(
        """
        SELECT c.relname::text, i.indisvalid,
            EXISTS (SELECT 1 FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = to_regclass('companion_vectors') AND starts_with(c.relname::text, $1)
        """)
}
