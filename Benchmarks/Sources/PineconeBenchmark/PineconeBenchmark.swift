import BenchmarkSupport
import CompanionCore
import CompanionPinecone
import Foundation

/// Upserts 10,000 vectors of 1,536 dimensions through the store and through the official client, at the server of the tests, which
/// takes them without keeping them; compares the time of the processor.
@main
enum PineconeBenchmark {
    static func main() async throws { try await run() }

    nonisolated private static func run() async throws {
        var report = Report("10,000 vectors of 1,536 dimensions upserted; seconds of the processor, and of the clock.")
        guard let server = try PeerProcess("Scripts/peers/pinecone-like.py", ["--benchmark"]) else { return }
        defer { server.stop() }
        guard let ready = server.ready(), let url = ready["COMPANION_PINECONE_URL"],
            let key = ready["COMPANION_PINECONE_KEY"]
        else { return }
        let store = try Pinecone(configuration: .init(apiKey: key, index: "here", controlURL: url)).vectorStore
        var random = SystemRandomNumberGenerator()
        let records = (0..<10_000).map { number in
            VectorRecord(
                id: "v\(number)", values: (0..<1_536).map { _ in Float.random(in: -1...1, using: &random) },
                metadata: ["n": .number(Double(number))])
        }
        let namespace = VectorNamespace(
            user: IdentifierGenerator().next(), space: EmbeddingSpace(model: "benchmark", dimensions: 1_536))
        try await store.upsert(Array(records.prefix(1)), in: namespace)
        var (processor, wall): ([Double], [Double]) = ([], [])
        for _ in 0..<3 {
            let (before, start) = (Usage.cpuSeconds, ContinuousClock.now)
            try await store.upsert(records, in: namespace)
            processor.append(Usage.cpuSeconds - before)
            wall.append((ContinuousClock.now - start) / .seconds(1))
        }
        let ours = processor.sorted()[1]
        report.row("here", String(format: "%.2f s", ours), String(format: "%.2f s", wall.sorted()[1]))
        if let peer = try PeerProcess("Benchmarks/Peers/pinecone-upsert.py", [url, key, "10000", "1536"]),
            let words = peer.line()?.split(separator: " ").compactMap({ Double($0) }), words.count == 2
        {
            report.row(
                "the official client", String(format: "%.2f s", words[0]), String(format: "%.2f s", words[1]))
            report.limit("beside the official client's", ours / words[0], atMost: 0.5) { $0.asFactor }
        }
        report.finish()
    }
}
