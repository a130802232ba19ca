import CompanionCore
import CompanionTesting
import Foundation
import TestRandomness
import Testing
import _CompanionSQL

@testable import CompanionPostgres

private let address = ProcessInfo.processInfo.environment["COMPANION_PGVECTOR_URL"]

/// Namespaces that are searched along a graph.
@Suite(.enabled(if: address != nil)) struct PostgresVectorGraphTests {
    private static let settings = PostgresVectorIndex.HNSW(minimumCount: 1)
    /// So many that next to nothing is missed.
    private static let thorough = PostgresVectorIndex.HNSW(
        minimumCount: 1, neighbours: 32, buildCandidates: 200, searchCandidates: 400)

    private func withVectors(
        _ settings: PostgresVectorIndex.HNSW = settings, _ body: (PostgresVectorStore) async throws -> Void
    ) async throws {
        try await PostgresPeer.withStore {
            $0.url = address ?? ""
        } _: { store in
            try await body(try await store.vectors(index: .hnsw(settings)))
        }
    }

    private func namespace(_ dimensions: Int, model: String = "it's a \\ \"model\"") -> VectorNamespace {
        VectorNamespace(
            user: IdentifierGenerator().next(), space: EmbeddingSpace(model: model, dimensions: dimensions))
    }

    /// A store that builds what is missing before each query.
    private struct Indexed: VectorStore {
        let store: PostgresVectorStore
        var consistency: VectorStoreConsistency { store.consistency }
        func upsert(_ records: [VectorRecord], in namespace: VectorNamespace) async throws {
            try await store.upsert(records, in: namespace)
        }
        func query(
            _ vector: [Float], in namespace: VectorNamespace, filter: VectorFilter?, limit: Int
        ) async throws -> [VectorMatch] {
            try await store.buildIndexes()
            return try await store.query(vector, in: namespace, filter: filter, limit: limit)
        }
        func delete(_ ids: [String], in namespace: VectorNamespace) async throws {
            try await store.delete(ids, in: namespace)
        }
        func delete(matching filter: VectorFilter, in namespace: VectorNamespace) async throws {
            try await store.delete(matching: filter, in: namespace)
        }
        func deleteAll(in namespace: VectorNamespace) async throws { try await store.deleteAll(in: namespace) }
        func ids(in namespace: VectorNamespace, after id: String?, limit: Int) async throws -> [String] {
            try await store.ids(in: namespace, after: id, limit: limit)
        }
        func spaces(of user: User.ID) async throws -> [EmbeddingSpace] { try await store.spaces(of: user) }
    }

    /// Of equally near ones a graph gives any.
    private static let checks = VectorStoreConformance.checks.filter { !$0.name.contains("equally similar") }

    @Test("Keeps the contract of a vector store along graphs too, but for the order of equal ones", arguments: checks)
    func conforms(_ check: VectorStoreConformance.Check) async throws {
        try await withVectors(Self.thorough) { try await check.run(on: Indexed(store: $0)) }
    }

    @Test(
        "Along a graph at least 95 of 100 of the nearest are found, with and without a filter, and the graph is really used"
    )
    func recall() async throws {
        var random = SeededGenerator.announced()
        let (count, dimensions, namespace) = (4_000, 48, namespace(48))
        func normal() -> Float { (0..<6).reduce(0) { sum, _ in sum + Float.random(in: -1...1, using: &random) } }
        let centres = (0..<40).map { _ in (0..<dimensions).map { _ in normal() } }
        func near(_ centre: [Float]) -> [Float] { centre.map { $0 + normal() / 2 } }
        let records = (0..<count).map { index in
            VectorRecord(
                id: "r\(index)", values: near(centres[index % centres.count]),
                metadata: ["tenth": .boolean(index % 10 == 3), "rare": .boolean(index % 1_000 == 7)])
        }
        let queries = (0..<40).map { near(centres[$0]) }
        try await withVectors { vectors in
            try await vectors.upsert(records, in: namespace)
            let exact = PostgresVectorStore(pool: vectors.pool, extension: vectors.pgvector, index: .exact)
            #expect(try await vectors.buildIndexes() == 1)
            #expect(try await plan(of: vectors, in: namespace).contains("Index Scan using hnsw_"))
            for filter in [nil, .equal("tenth", .boolean(true)), .equal("rare", .boolean(true))] as [VectorFilter?] {
                var (found, all) = (0, 0)
                for query in queries {
                    let best = try await exact.query(query, in: namespace, filter: filter, limit: 10)
                    let here = try await vectors.query(query, in: namespace, filter: filter, limit: 10)
                    #expect(here.count == best.count)
                    #expect(here.map(\.score) == here.map(\.score).sorted(by: >))
                    found += Set(here.map(\.id)).intersection(best.map(\.id)).count
                    all += best.count
                }
                print("\(filter.map { "\($0)" } ?? "no filter"): \(found) of \(all)")
                #expect(Double(found) >= 0.95 * Double(all))
            }
        }
    }

    private func plan(of vectors: PostgresVectorStore, in namespace: VectorNamespace) async throws -> String {
        let graph = try #require(PostgresVectorGraph(namespace, extension: vectors.pgvector))
        let statement = SQLStatement("EXPLAIN " + graph.nearest(where: "true", limit: 10, vector: 5).text)
        var parameters = PostgresParameters([
            .id(namespace.user), .text(namespace.space.model), .integer(namespace.space.dimensions), .integer(10),
        ])
        parameters.append(reals: Array(repeating: 1, count: namespace.space.dimensions))
        return try await vectors.pool.run { [parameters, pgvector = vectors.pgvector] connection in
            try connection.withReadTransaction {
                try connection.keepBackOnce(
                    PostgresVectorGraph.settings(Self.settings, limit: 10, extension: pgvector))
                var lines: [String] = []
                try connection.queryOnce(statement, parameters) { lines.append(try $0.text(0)) }
                return lines.joined(separator: "\n")
            }
        }
    }

    @Test("A graph goes along with what is written and deleted after it was built")
    func goesAlong() async throws {
        var random = SeededGenerator.announced()
        let namespace = namespace(16)
        func vector() -> [Float] { (0..<16).map { _ in Float.random(in: -1...1, using: &random) } }
        let records = (0..<100).map { VectorRecord(id: "r\($0)", values: vector()) }
        let (new, moved) = (vector(), vector())
        try await withVectors(Self.thorough) { vectors in
            func nearest(_ query: [Float]) async throws -> String? {
                try await vectors.query(query, in: namespace, filter: nil, limit: 1).first?.id
            }
            try await vectors.upsert(records, in: namespace)
            #expect(try await vectors.buildIndexes() == 1)
            try await vectors.upsert([VectorRecord(id: "new", values: new)], in: namespace)
            try await vectors.upsert([VectorRecord(id: "r1", values: moved)], in: namespace)
            #expect(try await nearest(new) == "new")
            #expect(try await nearest(moved) == "r1")
            #expect(try await nearest(records[1].values) != "r1")
            try await vectors.delete(["new"], in: namespace)
            #expect(try await nearest(new) != "new")
            try await vectors.deleteAll(in: namespace)
            #expect(try await nearest(new) == nil)
        }
    }

    @Test("Only what is large enough gets a graph, once, whoever builds; what has shrunk loses it")
    func building() async throws {
        let (large, small) = (namespace(2), namespace(2))
        try await withVectors(.init(minimumCount: 20)) { vectors in
            try await vectors.upsert((0..<40).map { VectorRecord(id: "r\($0)", values: [1, Float($0)]) }, in: large)
            try await vectors.upsert((0..<19).map { VectorRecord(id: "r\($0)", values: [1, Float($0)]) }, in: small)
            let other = PostgresVectorStore(pool: vectors.pool, extension: vectors.pgvector, index: vectors.index)
            async let first = vectors.buildIndexes()
            async let second = other.buildIndexes()
            let built = try await first + second
            #expect((1...2).contains(built), "one of them, or the other found the name taken")
            #expect(try await graph(vectors, large))
            #expect(try await !graph(vectors, small))
            #expect(try await vectors.buildIndexes() == 0)
            try await vectors.delete((10..<40).map { "r\($0)" }, in: large)
            #expect(try await vectors.buildIndexes() == 0)
            #expect(try await graph(vectors, large), "at half of the size it stays")
            try await vectors.delete(["r0"], in: large)
            #expect(try await vectors.buildIndexes() == 0)
            #expect(try await !graph(vectors, large))
        }
    }

    private func graph(_ vectors: PostgresVectorStore, _ namespace: VectorNamespace) async throws -> Bool {
        try await vectors.graph(of: namespace, limit: 10) != nil
    }

    @Test(
        "Long vectors are indexed in half precision and scored in full; longer ones are compared",
        arguments: [2_001, 4_001])
    func half(_ dimensions: Int) async throws {
        var random = SeededGenerator.announced()
        let namespace = namespace(dimensions)
        let records = (0..<60).map { index in
            VectorRecord(
                id: "r\(index)", values: (0..<dimensions).map { _ in Float.random(in: -1...1, using: &random) })
        }
        try await withVectors { vectors in
            try await vectors.upsert(records, in: namespace)
            #expect(try await vectors.buildIndexes() == (dimensions <= 4_000 ? 1 : 0))
            let exact = PostgresVectorStore(pool: vectors.pool, extension: vectors.pgvector, index: .exact)
            for record in records.prefix(10) {
                let best = try await exact.query(record.values, in: namespace, filter: nil, limit: 5)
                #expect(try await vectors.query(record.values, in: namespace, filter: nil, limit: 5) == best)
            }
        }
    }

    @Test("What an older pgvector can't do is not asked of it")
    func versions() throws {
        func version(_ text: String) -> PostgresVectorExtension {
            PostgresVectorExtension(schema: "public", version: text)
        }
        #expect(!version("0.4.4").hasGraphs && version("0.5.0").hasGraphs && version("1.0").hasGraphs)
        #expect(!version("0.6.2").hasHalfPrecision && version("0.7.0").hasHalfPrecision)
        #expect(!version("0.7.4").scansOn && version("0.8.1").scansOn && version("0.10.0").scansOn)
        #expect(PostgresVectorGraph(namespace(2_001), extension: version("0.6.0")) == nil)
        #expect(PostgresVectorGraph(namespace(2_000), extension: version("0.6.0")) != nil)
        let name = try #require(PostgresVectorGraph(namespace(4_000), extension: version("0.8.0"))).name
        #expect(name.utf8.count <= 63)
    }
}
