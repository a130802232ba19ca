import BenchmarkSupport
import CompanionCore
import CompanionPostgres
import Foundation

/// The ten nearest of 100,000 vectors of one namespace, by comparing all and along a graph, on a server with pgvector.
enum VectorSection {
    private static let (count, dimensions, clusters, queries) = (100_000, 768, 1_000, 100)

    static func run() async throws {
        guard let server = try PeerProcess("Scripts/peers/pgvector.py") else { return }
        defer { server.stop() }
        guard let url = server.ready()?["COMPANION_PGVECTOR_URL"] else { return }
        let store = try await PostgresStore.open(.init(url: url, statementTimeout: .seconds(600)))
        let exact = try await store.vectors()
        let graph = try await store.vectors(index: .hnsw(.init(buildMemory: 1 << 30)))
        let namespace = VectorNamespace(
            user: IdentifierGenerator().next(), space: EmbeddingSpace(model: "benchmark", dimensions: dimensions))

        var report = Report("\(count) vectors of \(dimensions) dimensions around \(clusters) centres.")
        var random = Generator(state: 1)
        let centres = (0..<clusters).map { _ in Self.vector(around: nil, &random) }
        let writing = ContinuousClock.now
        for first in stride(from: 0, to: count, by: 1_000) {
            let records = (first..<first + 1_000).map { number in
                VectorRecord(
                    id: "v\(number)", values: Self.vector(around: centres[number % clusters], &random),
                    metadata: ["hundredth": .boolean(number % 100 == 0)])
            }
            try await exact.upsert(records, in: namespace)
        }
        report.row("writing", "\(Int((ContinuousClock.now - writing).inSeconds)) s")
        let building = ContinuousClock.now
        try await graph.buildIndexes()
        report.row("building the graph", "\(Int((ContinuousClock.now - building).inSeconds)) s")

        for (name, filter) in [
            ("no filter", nil), ("one of a hundred", VectorFilter.equal("hundredth", .boolean(true))),
        ] {
            report.section("The ten nearest, \(name)")
            var (all, along) = (Samples(), Samples())
            var found = 0
            for number in 0..<queries {
                let query = Self.vector(around: centres[number * 7 % clusters], &random)
                let nearest = try await all.measure {
                    try await exact.query(query, in: namespace, filter: filter, limit: 10)
                }
                let here = try await along.measure {
                    try await graph.query(query, in: namespace, filter: filter, limit: 10)
                }
                found += Set(here.map(\.id)).intersection(nearest.map(\.id)).count
            }
            report.row("comparing all, p50", all.median.asMilliseconds)
            report.row("along the graph, p50 and p95", along.median.asMilliseconds, along.quantile(0.95).asMilliseconds)
            report.limit("found of the nearest, \(name)", Double(found) / Double(10 * queries), atLeast: 0.95) {
                $0.asPercent
            }
        }
        try await store.close()
        report.finish()
    }

    private static func vector(around centre: [Float]?, _ random: inout Generator) -> [Float] {
        (0..<dimensions).map { index in
            let noise = random.normal()
            return centre.map { $0[index] + 0.7 * noise } ?? noise
        }
    }

    /// SplitMix64.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }

        /// Nearly normal: the sum of four.
        mutating func normal() -> Float {
            let bits = next()
            return (0..<4).reduce(-2) { $0 + Float((bits >> (16 * UInt64($1))) & 0xFFFF) / 65_536 } * 1.732
        }
    }
}
