import CompanionCore
import CompanionInMemory
import CompanionSQLite
import Foundation

/// Searches one person's vectors through both stores and through faiss's exact index, on the same vectors, in turns, and
/// prints the medians.
///
/// The peer wants `Benchmarks/Peers/setup.sh` to have run; without it, it is left out, and says so.
@main
enum VectorBenchmark {
    static let limit = 10
    static let ratioAllowed = 1.5

    static func main() async throws { try await run() }

    nonisolated private static func run() async throws {
        print(
            "Medians in microseconds of a search for the best \(limit), one thread; in turns, so that all meet the same load."
        )
        print("vectors  dimensions    memory    SQLite     faiss   SQLite/faiss   same results")
        for (count, rounds) in [(1_000, 40), (100_000, 12)] {
            for dimensions in [768, 1_536] { try await compare(count, dimensions, rounds: rounds) }
        }
    }

    nonisolated private static func compare(_ count: Int, _ dimensions: Int, rounds: Int) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vector-benchmark-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let perRound = count > 10_000 ? 3 : 25
        var vectors = VectorSource(dimensions: dimensions, seed: 1)
        var source = VectorSource(dimensions: dimensions, seed: 2)
        let queries = (0..<rounds * perRound).map { _ in source.next() }

        let memory = InMemoryVectorStore()
        let store = try SQLiteStore(path: folder.appendingPathComponent("vectors.sqlite").path)
        let namespace = VectorNamespace(
            user: IdentifierGenerator().next(), space: EmbeddingSpace(model: "benchmark", dimensions: dimensions))
        let file = try VectorFile(folder.appendingPathComponent("vectors"))
        for first in stride(from: 0, to: count, by: 1_000) {
            let records = (first..<first + 1_000).map { VectorRecord(id: "\($0)", values: vectors.next()) }
            for record in records { try file.write(record.values) }
            try await memory.upsert(records, in: namespace)
            try await store.vectors.upsert(records, in: namespace)
        }
        let asked = try VectorFile(folder.appendingPathComponent("queries"))
        for query in queries { try asked.write(query) }
        try file.close()
        try asked.close()
        let peer = try FaissPeer(vectors: file.url, queries: asked.url, dimensions: dimensions)

        var samples = (memory: Samples(), sqlite: Samples(), peer: Samples())
        var (same, compared) = (0, 0)
        _ = try await store.vectors.query(queries[0], in: namespace, filter: nil, limit: limit)
        for round in 0..<rounds {
            let range = round * perRound..<(round + 1) * perRound
            var found: [[Int]] = []
            for query in queries[range] {
                _ = try await samples.memory.measure {
                    try await memory.query(query, in: namespace, filter: nil, limit: limit)
                }
            }
            for query in queries[range] {
                let matches = try await samples.sqlite.measure {
                    try await store.vectors.query(query, in: namespace, filter: nil, limit: limit)
                }
                found.append(matches.compactMap { Int($0.id) })
            }
            for (index, answer) in try (peer?.search(range, limit: limit) ?? []).enumerated() {
                samples.peer.add(answer.microseconds)
                same += Set(answer.found).intersection(found[index]).count
                compared += limit
            }
        }
        peer?.stop()
        try await store.close()
        report(count, dimensions, samples, same: same, of: compared)
    }

    nonisolated private static func report(
        _ count: Int, _ dimensions: Int, _ samples: (memory: Samples, sqlite: Samples, peer: Samples), same: Int,
        of compared: Int
    ) {
        var columns = [String(count), String(dimensions)]
        columns += [samples.memory.median, samples.sqlite.median].map { String(Int($0.rounded())) }
        if compared > 0 {
            let ratio = samples.sqlite.median / samples.peer.median
            columns.append(String(Int(samples.peer.median.rounded())))
            let verdict = ratio <= ratioAllowed ? "" : " ABOVE \(ratioAllowed)"
            columns.append(String((ratio * 100).rounded() / 100) + verdict)
            columns.append("\(same * 100 / compared) %")
        } else {
            columns.append("left out")
        }
        print(
            zip(columns, [7, 12, 10, 10, 10, 15, 15]).map { text, width in
                String(repeating: " ", count: max(1, width - text.count)) + text
            }.joined())
    }
}
